//! Operands of a call, which are dropped if control leaves before all of them are there.
//!
//! ```text
//! f(a(), b(), c())      { let probe1 = probe(); let probe2 = probe();
//!                         f(before(probe1, a()),
//!                           between(waits(&[(probe1.moves(), 0)]), probe2, b()),
//!                           behind(waits(&[(probe1.moves(), 0), (probe2.moves(), 1)]), c())) }
//! ```

use std::mem;

use super::probe::Probe;
use crate::capture::operand::Waiting;

/// Announces the drops of operands if control leaves now: their sites, with whether each needs dropping.
#[inline]
pub fn waits(operands: &[(bool, u32)]) -> Waiting<'_> {
    Waiting(operands)
}

/// An operand that gives its type to `like`.
#[inline(always)]
#[expect(clippy::inline_always, reason = "nothing happens here")]
pub fn before<T>(_like: Probe<T>, value: T) -> T {
    value
}

/// An operand behind others. It is there: now they wait for the next one.
#[inline(always)]
#[expect(clippy::inline_always, reason = "nothing happens here")]
pub fn behind<T>(others: Waiting<'_>, value: T) -> T {
    mem::forget(others);
    value
}

/// Both.
#[inline(always)]
#[expect(clippy::inline_always, reason = "nothing happens here")]
pub fn between<T>(others: Waiting<'_>, _like: Probe<T>, value: T) -> T {
    mem::forget(others);
    value
}
