//! Guards that a future keeps elsewhere: all that it carries of one is a number.

use std::ops::Deref;

use super::guard::Guard;
use super::lane;
use super::pool::{Number, Pool};
use super::thread::{State, with};

static GUARDS: Pool<Guard> = Pool::new();
static OFF: Guard = Guard::off();

/// A [`Guard`] of a local of a future.
#[must_use = "the local is watched until this is dropped"]
#[derive(Debug)]
pub struct Kept {
    /// None if nothing is recorded.
    number: Number,
}

/// Keeps a guard elsewhere.
#[inline]
pub(crate) fn keep(guard: Guard) -> Kept {
    Kept { number: if guard.frame == 0 { Number::NONE } else { put(guard) } }
}

#[inline(never)]
fn put(guard: Guard) -> Number {
    let kept = with(|thread| match thread.hook() {
        Some(_busy) => GUARDS.put(&thread.guards, guard),
        None => Err(guard),
    });
    kept.unwrap_or_else(|guard| {
        lane::lose();
        std::mem::forget(guard);
        Number::NONE
    })
}

/// Leaves the places of a thread that ends to others.
pub(super) fn leave(thread: &State) {
    GUARDS.leave(&thread.guards);
}

impl Deref for Kept {
    type Target = Guard;

    #[inline]
    fn deref(&self) -> &Guard {
        if self.number.is_none() {
            return &OFF;
        }
        // SAFETY: `put` gave the number to this, and only its drop removes the guard.
        unsafe { GUARDS.get(self.number) }
    }
}

impl Drop for Kept {
    #[inline]
    fn drop(&mut self) {
        if !self.number.is_none() {
            ended(self.number);
        }
    }
}

#[inline(never)]
fn ended(number: Number) {
    // SAFETY: `put` gave the number to a `Kept`, which is gone now.
    drop(unsafe { GUARDS.remove(number) });
    with(|thread| {
        // Otherwise it is lost: nobody else has the number.
        if let Some(_busy) = thread.hook() {
            GUARDS.give(&thread.guards, number);
        }
    });
}
