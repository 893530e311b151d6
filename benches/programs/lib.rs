//! The programs of the benchmark, as they are without a tool.
//!
//! `src/crates.rs` copies them into one crate for each variant. In the copies, a comment `// traced` becomes the tool's
//! attribute, and `// local: name` and `// shown: name` the floor's records of a local with drop glue and of one without.

pub mod document;
#[path = "tools/floor.rs"]
pub mod floor;
pub mod harness;
pub mod index;
pub mod small;
#[path = "tools/plain.rs"]
pub mod tool;
