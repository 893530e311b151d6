//! Operands of a call, which are dropped if control leaves before all of them are there.
//!
//! ```text
//! f(a(), b(), c())      { let operands = operands([0, 1]);
//!                         f(next(waits(&operands), a()), next(waits(&operands), b()), last(waits(&operands), c())) }
//! ```

use std::mem;

use crate::capture::operand::{Operands, Waiting};

/// The operands of one call that may have to be dropped, by their sites. None of them is there yet.
#[must_use]
#[inline]
pub fn operands<const N: usize>(sites: [u32; N]) -> Operands<N> {
    Operands::new(sites)
}

/// As [`operands`], of which the first is there before any other: the receiver, if the call takes it and that
/// `needs_drop`.
#[must_use]
#[inline]
pub fn operands_of_method<const N: usize>(needs_drop: bool, sites: [u32; N]) -> Operands<N> {
    let operands = Operands::new(sites);
    // While nothing is evaluated, nothing is announced.
    let waiting = mem::ManuallyDrop::new(operands.waiting());
    waiting.add(needs_drop);
    operands
}

/// Announces the drops of the operands that are there if control leaves now.
#[inline]
pub fn waits<const N: usize>(operands: &Operands<N>) -> Waiting<'_> {
    operands.waiting()
}

/// An operand that waits for others once it is there.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a debug build should not copy the value twice")]
pub fn next<T>(others: Waiting<'_>, value: T) -> T {
    others.add(mem::needs_drop::<T>());
    mem::forget(others);
    value
}

/// An operand that waits for none.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a debug build should not copy the value twice")]
pub fn last<T>(others: Waiting<'_>, value: T) -> T {
    mem::forget(others);
    value
}
