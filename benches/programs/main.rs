//! The `main.rs` of each variant.

mod document;
mod harness;
mod index;
mod small;
mod tool;

fn main() {
    tool::during(harness::main);
}
