//! Reading the slot of a local word by word, as a conservative collector does.

use std::hint::black_box;
use std::mem::MaybeUninit;

use super::lane::Writer;

/// Words read of a slot; a larger one is read in part.
const WORDS: usize = 128;
/// Words of mask before the values.
pub(super) const MASKS: usize = WORDS.div_ceil(64);

/// A word below this is no address: the first page is never mapped.
const LOWEST: usize = 4096;
const WORD: usize = size_of::<usize>();

/// The memory of a local.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    pub(super) addr: usize,
    pub(super) bytes: usize,
}

impl Slot {
    /// Bytes before the first aligned word.
    pub(super) fn base(self) -> u8 {
        (self.addr.wrapping_neg() % WORD).to_le_bytes()[0]
    }

    /// How many words are read of it.
    pub(super) fn words(self) -> usize {
        let base = usize::from(self.base());
        if cfg!(miri) { 0 } else { (self.bytes.saturating_sub(base) / WORD).min(WORDS) }
    }

    /// Whether 32 bits say which of its words are written.
    #[inline]
    pub(super) fn is_small(self) -> bool {
        self.words() <= 32
    }

    /// The words that can be addresses.
    pub(super) fn words_in(self) -> impl Iterator<Item = usize> {
        let first = self.first();
        (0..self.words()).map(move |index| first.read(index)).filter(|word| *word >= LOWEST)
    }

    /// Appends the words that can be addresses, of the first 64: the mask of which words they are.
    #[inline]
    pub(super) fn write(self, to: &mut Writer<'_>) -> u64 {
        self.part(0, self.words().min(64), to)
    }

    /// Appends the words that can be addresses: masks of which words, then the words.
    pub(super) fn write_with_masks(self, to: &mut Writer<'_>) {
        let place = to.skip(MASKS);
        for part in 0..MASKS {
            let first = part * 64;
            let mask = self.part(first, self.words().saturating_sub(first).min(64), to);
            to.put(place + part, mask);
        }
    }

    #[inline]
    fn part(self, first: usize, count: usize, to: &mut Writer<'_>) -> u64 {
        let words = self.first();
        let mut mask = 0;
        for index in 0..count {
            let value = words.read(first + index);
            if value >= LOWEST {
                mask |= 1 << index;
                to.push(value as u64);
            }
        }
        mask
    }

    #[inline]
    fn first(self) -> Words {
        let first = self.addr + usize::from(self.base());
        Words(black_box(std::ptr::with_exposed_provenance(first)))
    }
}

/// The aligned words of a slot. `black_box` hides from the compiler which memory it is.
#[derive(Clone, Copy, Debug)]
struct Words(*const MaybeUninit<usize>);

impl Words {
    /// A word, which may be padding. `index` is less than [`Slot::words`].
    #[inline]
    fn read(self, index: usize) -> usize {
        let word = self.0.wrapping_add(index);
        // SAFETY: the word is aligned and inside the slot of a local of a live frame of this thread: `guard` got it
        // from a reference to the local, and the guard lies in the same scope as the local.
        let word = unsafe { word.read_volatile() };
        // SAFETY: the memory is mapped, so the load gave some value; for all that the compiler knows, it is that of
        // a word which something has written. It is only compared with addresses.
        unsafe { word.assume_init() }
    }
}
