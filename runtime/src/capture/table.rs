//! A table with open addressing, filled by all threads at once. Nothing is ever removed.

use super::sync::{AtomicUsize, Ordering, spin_loop};

/// How many places are tried for a key.
const TRIES: usize = 64;

/// A key, and what stands beside it. All zero is a valid one without either.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) key: AtomicUsize,
    /// Not 0; written after the key.
    pub(super) value: AtomicUsize,
}

impl Entry {
    /// What stands beside a key: 0 if it is not the entry's, or not written yet.
    #[inline]
    pub(super) fn value_of(&self, key: usize) -> usize {
        if self.key.load(Ordering::Relaxed) == key { self.value.load(Ordering::Acquire) } else { 0 }
    }
}

/// Looks a key up, from the entry `first` on: its entry, what stands beside it, and whether it is new. `value` makes
/// what stands beside a new one. Of two threads that ask at once for the first time, one is told that it is new. `None`
/// if there is no place.
pub(super) fn search(
    entries: &[Entry],
    first: usize,
    key: usize,
    value: impl Fn() -> usize,
) -> Option<(usize, usize, bool)> {
    for index in (first..first + TRIES.min(entries.len())).map(|index| index % entries.len()) {
        let entry = &entries[index];
        match entry.key.compare_exchange(0, key, Ordering::Relaxed, Ordering::Relaxed) {
            Ok(_) => {
                let value = value();
                entry.value.store(value, Ordering::Release);
                return Some((index, value, true));
            }
            Err(other) if other == key => loop {
                // Another thread may be between its two writes.
                match entry.value_of(key) {
                    0 => spin_loop(),
                    value => return Some((index, value, false)),
                }
            },
            Err(_) => {}
        }
    }
    None
}
