//! Shows where the values of a Rust program live: stack frames, heap blocks and drops, exactly.
//!
//! ```
//! #[trace_memory::trace_memory]
//! fn main() {
//!     let s = String::from("hello"); // 24 bytes in main's frame, pointing at 5 bytes on the heap
//! }
//! ```
//!
//! On `fn main` the attribute also installs [`Alloc`], which sees the heap; elsewhere, as in tests, write
//! `#[global_allocator] static ALLOC: trace_memory::Alloc = trace_memory::Alloc::system();`.
//!
//! The tree of what happened goes to stderr when the outermost traced function ends. The variable
//! `TRACE_MEMORY` chooses something else: `live`, `summary`, `json:PATH` or `off`.

mod allocator;
mod capture;
pub mod event;
pub mod print;
mod private;
#[doc(hidden)]
pub mod record;
pub mod report;
mod session;
mod settings;
pub mod site;
mod trace;
pub mod wire;

pub use allocator::Alloc;

/// Writes down what the function, closure or block it stands on does with memory.
pub use trace_memory_macros::trace_memory;

/// For the expansion of [`trace_memory`] only.
#[doc(hidden)]
pub mod __private {
    pub use crate::private::*;
}
