//! The order of records of different threads, without a clock and without a number for each.
//!
//! What ends something (a block, a frame's stay on a thread) counts the epoch on *before* the end takes effect; what
//! begins something looks at the epoch *after* the beginning took effect. Each record has a key: twice the epoch that
//! it saw, and one more for an end. Then
//!
//! - a block that gets the address of a freed one has a larger key than that free: the free has counted on, and the
//!   allocator passed the address on after that;
//! - a free on another thread has a larger key than the allocation: whoever frees has got the block after the
//!   allocation looked.
//!
//! Records in between have the key of the one before them on their thread. To merge the threads by key, then, is an
//! order in which no address is in use twice.

use super::sync::{AtomicU64, Ordering};

/// How a record stands to those of other threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// It is its thread's own matter.
    Own,
    /// Something began, after all that has ended.
    Begins,
    /// Something is about to end, before all that begins later.
    Ends,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Epoch(pub(super) AtomicU64);

impl Epoch {
    /// The key of what begins.
    #[inline]
    pub(crate) fn begins(&self) -> u64 {
        self.0.load(Ordering::Relaxed) * 2
    }

    /// The key of what ends. Whoever sees it by [`past`](Self::past) also sees what the thread did before.
    #[inline]
    pub(crate) fn ends(&self) -> u64 {
        self.0.fetch_add(1, Ordering::AcqRel) * 2 + 1
    }

    /// The largest key of what has begun by now: no record of a later end has a smaller one.
    pub(crate) fn past(&self) -> u64 {
        self.0.load(Ordering::Acquire) * 2
    }
}
