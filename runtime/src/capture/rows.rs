//! A stack of rows that goes through all threads (R. K. Treiber, Systems programming: coping with parallelism, 1986). Who has
//! taken a row puts it back when it likes, so that one that is on top again may have another one below: a count beside
//! the top tells one time from another.

use super::sync::{AtomicU64, Ordering};

/// The row on top, or 0, and above it in the word how often that has changed.
#[derive(Debug)]
pub(super) struct Rows(pub(super) AtomicU64);

impl Rows {
    /// Puts a row on top. `put_on` is told what is below it, perhaps more than once.
    pub(super) fn push(&self, row: u32, put_on: impl Fn(u32)) {
        let on_top = |rows| {
            put_on(top(rows));
            Some(changed(rows, row))
        };
        let _ = self.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, on_top);
    }

    /// Takes the row on top, if there is one. `below` says what a row was put on.
    pub(super) fn pop(&self, below: impl Fn(u32) -> u32) -> Option<u32> {
        let without = |rows| (top(rows) != 0).then(|| changed(rows, below(top(rows))));
        self.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, without).ok().map(top)
    }
}

fn top(rows: u64) -> u32 {
    u32::try_from(rows & u64::from(u32::MAX)).unwrap_or(0)
}

fn changed(rows: u64, top: u32) -> u64 {
    ((rows >> 32).wrapping_add(1) << 32) | u64::from(top)
}
