//! What other threads see of a lane: who has it, whether an end is on its way, and how much is written.
//!
//! A chunk that is copied while it is written is a sequence lock, whose version is the segment before it.

use super::epoch::Epoch;
use super::sync::{AtomicBool, AtomicU64, Ordering, fence};

/// Where a chunk says how far it is: see [`Filled`]. Behind it are the lane, and what the records are.
pub(super) const FILLED: usize = 0;
/// Where records begin.
pub(crate) const START: usize = 3;

/// How far a chunk is written, and which segment of its lane is before it (0: none): one word, so that nobody sees the
/// one without the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Filled(pub(crate) u64);

impl Filled {
    /// No chunk has as many words.
    const BITS: u32 = 16;

    /// Of a chunk without records.
    #[inline]
    pub(crate) fn none(before: u64) -> Self {
        Self(before << Self::BITS | START as u64)
    }

    /// Words in use.
    #[inline]
    pub(crate) fn used(self) -> u64 {
        self.0 & ((1 << Self::BITS) - 1)
    }

    /// The segment before.
    #[inline]
    pub(crate) fn before(self) -> u64 {
        self.0 >> Self::BITS
    }

    /// With so many words more; there is room for them.
    #[inline]
    pub(crate) fn and(self, words: usize) -> Self {
        Self(self.0 + words as u64)
    }
}

/// See the module. All zero is a valid one, of a free lane.
#[derive(Debug)]
pub(super) struct Gate {
    pub(super) taken: AtomicBool,
    /// Whether an end is between its key and its publication.
    pub(super) writing: AtomicBool,
}

impl Gate {
    /// Takes the lane, if nobody has it.
    pub(super) fn claim(&self) -> bool {
        !self.taken.load(Ordering::Relaxed)
            && self.taken.compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed).is_ok()
    }

    /// Gives it to whoever comes next, with all that was written.
    pub(super) fn release(&self) {
        self.taken.store(false, Ordering::Release);
    }

    /// The key of an end that is written next.
    #[inline]
    pub(super) fn ends(&self, epoch: &Epoch) -> u64 {
        // The key publishes it: who sees the epoch after this end sees this, or the record.
        self.writing.store(true, Ordering::Relaxed);
        epoch.ends()
    }

    /// The end is written, or lost.
    #[inline]
    pub(super) fn ended(&self) {
        self.writing.store(false, Ordering::Release);
    }

    /// Whether an end is between its key and its publication.
    pub(super) fn is_writing(&self) -> bool {
        self.writing.load(Ordering::Acquire)
    }

    /// How far a chunk is, for whoever writes it.
    #[inline]
    pub(super) fn filled(words: &[AtomicU64]) -> Filled {
        Filled(words[FILLED].load(Ordering::Relaxed))
    }

    /// Publishes the words of a chunk that it is filled by.
    #[inline]
    pub(super) fn commit(words: &[AtomicU64], filled: Filled) {
        words[FILLED].store(filled.0, Ordering::Release);
    }

    /// Starts a chunk anew, which is a segment of the spool now.
    pub(super) fn restart(words: &[AtomicU64], segment: u64) {
        words[FILLED].store(Filled::none(segment).0, Ordering::Release);
        // Before any word is written again.
        fence(Ordering::Release);
    }

    /// The last segment of a lane in the spool, 0 if none, by its chunk.
    pub(super) fn spooled(words: &[AtomicU64]) -> u64 {
        Filled(words[FILLED].load(Ordering::Acquire)).before()
    }

    /// Copies the committed words of a chunk from `from` on, if `spooled` is still the last segment.
    pub(super) fn copy(words: &[AtomicU64], spooled: u64, from: usize, into: &mut Vec<u64>) -> bool {
        into.clear();
        let filled = Filled(words[FILLED].load(Ordering::Acquire));
        let used = usize::try_from(filled.used()).unwrap_or(0);
        let part = words.get(from..used).unwrap_or(&[]);
        into.extend(part.iter().map(|word| word.load(Ordering::Relaxed)));
        fence(Ordering::Acquire);
        let after = Filled(words[FILLED].load(Ordering::Relaxed));
        let valid = after.before() == spooled;
        if !valid {
            into.clear();
        }
        valid
    }
}

/// Waits until every end that has a key is published or lost: false if `wait` does not want to go on.
pub(super) fn settle<'g>(gates: impl Iterator<Item = &'g Gate>, mut wait: impl FnMut() -> bool) -> bool {
    for gate in gates {
        while gate.is_writing() {
            if !wait() {
                return false;
            }
        }
    }
    true
}
