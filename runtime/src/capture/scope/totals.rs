//! What a thread has done on the heap since it started, for the spans of its frames.

use std::sync::atomic::Ordering;

use super::{HERE, OPEN};

/// Counts of heap events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    pub(crate) allocs: u64,
    pub(crate) reallocs: u64,
    /// Bytes asked for, including those by which blocks grew.
    pub(crate) bytes: u64,
    pub(crate) frees: u64,
    pub(crate) freed_bytes: u64,
}

impl Totals {
    pub(super) const ZERO: Self = Self { allocs: 0, reallocs: 0, bytes: 0, frees: 0, freed_bytes: 0 };

    pub(super) fn allocated(&mut self, bytes: usize) {
        self.allocs += 1;
        self.bytes += bytes as u64;
    }

    pub(super) fn reallocated(&mut self, old: usize, new: usize) {
        self.reallocs += 1;
        self.bytes += new.saturating_sub(old) as u64;
    }

    pub(super) fn freed(&mut self, bytes: usize) {
        self.frees += 1;
        self.freed_bytes += bytes as u64;
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        Self {
            allocs: self.allocs + other.allocs,
            reallocs: self.reallocs + other.reallocs,
            bytes: self.bytes + other.bytes,
            frees: self.frees + other.frees,
            freed_bytes: self.freed_bytes + other.freed_bytes,
        }
    }

    /// Since an earlier time.
    pub(crate) fn minus(self, earlier: Self) -> Self {
        Self {
            allocs: self.allocs - earlier.allocs,
            reallocs: self.reallocs - earlier.reallocs,
            bytes: self.bytes - earlier.bytes,
            frees: self.frees - earlier.frees,
            freed_bytes: self.freed_bytes - earlier.freed_bytes,
        }
    }
}

/// Totals count from now on, until [`end_totals`] was called as often.
pub(crate) fn count_totals() {
    OPEN.fetch_add(1, Ordering::SeqCst);
}

pub(crate) fn end_totals() {
    OPEN.fetch_sub(1, Ordering::SeqCst);
}

/// Those of this thread.
pub(crate) fn totals() -> Totals {
    HERE.with(|here| here.totals.get())
}

/// Adds an event of this thread.
pub(super) fn add(change: impl FnOnce(&mut Totals)) {
    HERE.with(|here| {
        let mut totals = here.totals.get();
        change(&mut totals);
        here.totals.set(totals);
    });
}
