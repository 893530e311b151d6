//! What `#[trace_memory(stack_only)]` knows about types, at compile time. Uses nothing else of this crate, nor
//! `std` or an allocator.
//!
//! The expansion holds a copy of the body that never runs. Each value in it gives its type to a [`check::Probe`],
//! and the compiler picks the answer for that type: see [`check`].

pub(crate) mod check;
mod core_methods;
mod declared;
pub(crate) mod deep;
mod owners;

/// Declares that a type with a destructor keeps nothing on the heap.
///
/// A function that is `stack_only` takes no value that has to be dropped, since what it owns may be on the
/// heap. A guard that only resets a flag, or gives a slot back, says so with this trait. It is a promise:
/// the run-time check tells where it is not kept.
///
/// ```
/// use core::cell::Cell;
/// use trace_memory::{StackOnly, trace_memory};
///
/// struct Busy<'a>(&'a Cell<bool>);
///
/// impl Drop for Busy<'_> {
///     fn drop(&mut self) {
///         self.0.set(false);
///     }
/// }
///
/// impl StackOnly for Busy<'_> {}
///
/// #[trace_memory(stack_only)]
/// fn work(flag: &Cell<bool>) -> u32 {
///     flag.set(true);
///     let _busy = Busy(flag);
///     42
/// }
///
/// let flag = Cell::new(false);
/// assert_eq!(work(&flag), 42);
/// assert!(!flag.get());
/// ```
///
/// What is made of such values is declared, too: options, results, arrays, tuples up to four.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not declared as `StackOnly`",
    note = "implement `trace_memory::StackOnly` for it if it keeps nothing on the heap"
)]
pub trait StackOnly {}
