//! What other threads see of a lane: who has it, whether an end is on its way, and how much is written.

use super::epoch::Epoch;
use super::sync::{AtomicBool, AtomicU64, Ordering, fence};

/// Places in the header of a chunk: the words in use, and the lane's segment before this one.
pub(super) const USED: usize = 0;
pub(super) const BEFORE: usize = 1;
/// Where records begin: before them are the words in use, the lane's segment before this one, the lane, and what the
/// records are.
pub(crate) const START: usize = 4;

/// See the module. All zero is a valid one, of a free lane.
#[derive(Debug)]
pub(super) struct Gate {
    pub(super) taken: AtomicBool,
    /// Whether an end is between its key and its publication.
    pub(super) writing: AtomicBool,
    /// Number of the last segment of this lane in the spool, from 1.
    pub(super) spooled: AtomicU64,
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

    /// Publishes the words of a chunk before `end`.
    #[inline]
    pub(super) fn commit(words: &[AtomicU64], end: usize) {
        words[USED].store(end as u64, Ordering::Release);
    }

    /// Starts a chunk anew, which is a segment of the spool now.
    pub(super) fn restart(&self, words: &[AtomicU64], segment: u64) {
        // First: whoever knows of the segment does not take its words for what comes after it. In a file, both may be
        // seen: of two segments behind the same one, the longer counts.
        words[USED].store(START as u64, Ordering::Release);
        self.spooled.store(segment, Ordering::Release);
        // Before any word is written again.
        fence(Ordering::Release);
        words[BEFORE].store(segment, Ordering::Release);
    }

    /// The last segment in the spool, 0 if none.
    pub(super) fn spooled(&self) -> u64 {
        self.spooled.load(Ordering::Acquire)
    }

    /// Copies the committed words of a chunk from `from` on, if `spooled` is still the last segment.
    pub(super) fn copy(&self, words: &[AtomicU64], spooled: u64, from: usize, into: &mut Vec<u64>) -> bool {
        into.clear();
        let used = usize::try_from(words[USED].load(Ordering::Acquire)).unwrap_or(0);
        let words = words.get(from..used).unwrap_or(&[]);
        into.extend(words.iter().map(|word| word.load(Ordering::Relaxed)));
        fence(Ordering::Acquire);
        let valid = self.spooled.load(Ordering::Relaxed) == spooled;
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
