//! How a record is laid out in words of a chunk. `docs/trace-format.md` has the table.
//!
//! The lowest 8 bits of its first word are the kind. What the reader knows already is not in a record: which thread
//! writes, when, and in which frame, is said by records of their own where it changes. A record whose numbers do not
//! fit into the places below has a form with more words (`…Far`).

/// What a record is; see `record::Fact` for the meaning of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    /// The records after it in this lane are of another thread.
    Switch = 1,
    /// The key of the records after it in this lane, but for what they add.
    Epoch,
    /// The time of the records after it in this lane.
    Time,
    /// The frame of the records after it of this thread.
    OnTop,
    Thread,
    ThreadEnd,
    Enter,
    EnterFar,
    Exit,
    Suspend,
    Resume,
    Bind,
    BindFar,
    Scan,
    ScanFar,
    Move,
    MoveFar,
    Drop,
    DropUnnamed,
    Dropped,
    Alloc,
    AllocFar,
    Free,
    FreeFar,
    Reallocating,
    ReallocatingFar,
    Reallocated,
    ReallocatedFar,
    ReallocFailed,
    Violation,
    /// The description of a function: no event.
    Function,
    /// The description of a type: no event.
    Type,
    /// A part of the texts of the description before.
    Text,
}

impl Kind {
    const ALL: [Self; 33] = [
        Self::Switch,
        Self::Epoch,
        Self::Time,
        Self::OnTop,
        Self::Thread,
        Self::ThreadEnd,
        Self::Enter,
        Self::EnterFar,
        Self::Exit,
        Self::Suspend,
        Self::Resume,
        Self::Bind,
        Self::BindFar,
        Self::Scan,
        Self::ScanFar,
        Self::Move,
        Self::MoveFar,
        Self::Drop,
        Self::DropUnnamed,
        Self::Dropped,
        Self::Alloc,
        Self::AllocFar,
        Self::Free,
        Self::FreeFar,
        Self::Reallocating,
        Self::ReallocatingFar,
        Self::Reallocated,
        Self::ReallocatedFar,
        Self::ReallocFailed,
        Self::Violation,
        Self::Function,
        Self::Type,
        Self::Text,
    ];

    /// The kind of the record that begins with `word`.
    pub(crate) fn of(word: u64) -> Option<Self> {
        let [number, ..] = word.to_le_bytes();
        Self::ALL.get(usize::from(number).checked_sub(1)?).copied()
    }

    /// Where the record says how much its key is above that of the record before: the lowest bit, and in which word.
    pub(crate) const fn delta(self) -> Option<(usize, u32)> {
        match self {
            Self::Alloc | Self::Free | Self::Reallocating => Some((1, 48)),
            Self::Suspend
            | Self::Resume
            | Self::AllocFar
            | Self::FreeFar
            | Self::ReallocatingFar
            | Self::Reallocated
            | Self::ReallocatedFar => Some((0, 8)),
            _ => None,
        }
    }
}

/// No record is longer, with what comes before it.
pub(crate) const LONGEST: usize = 200;
/// Longest text of a record, in bytes.
pub(crate) const TEXT: usize = 256;
/// Bits of a difference of keys.
pub(crate) const DELTA: u32 = 16;
/// Bits of the number of a function or type.
pub(crate) const SITE: u32 = 18;

/// Bits of a word: which, and how many.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bits {
    start: u32,
    count: u32,
}

impl Bits {
    pub(crate) const fn new(start: u32, count: u32) -> Self {
        Self { start, count }
    }

    const fn mask(self) -> u64 {
        u64::MAX >> (64 - self.count)
    }

    /// Whether a number has a place in them.
    #[inline]
    pub(crate) const fn fits(self, number: u64) -> bool {
        number <= self.mask()
    }

    /// A number at their place. What does not fit is cut off.
    #[inline]
    pub(crate) const fn put(self, number: u64) -> u64 {
        (number & self.mask()) << self.start
    }

    /// The number at their place.
    #[inline]
    pub(crate) const fn get(self, word: u64) -> u64 {
        word >> self.start & self.mask()
    }

    /// The number at their place, of at most 32 bits.
    #[inline]
    pub(crate) const fn get32(self, word: u64) -> u32 {
        low(self.get(word))
    }
}

/// Of the first word: what a kind with no more than small facts puts there, and a number.
pub(crate) const EXTRA: Bits = Bits::new(8, 8);
pub(crate) const HIGH: Bits = Bits::new(32, 32);
/// Of `Switch`, `Epoch`, `Time`: their number.
pub(crate) const NUMBER: Bits = Bits::new(8, 56);
/// Of `Enter`: the function, and how far the frame is from the end of the thread's stack.
pub(crate) const FUNCTION: Bits = Bits::new(8, 24);
pub(crate) const DEPTH: Bits = HIGH;
/// Of `Move`.
pub(crate) const MOVE_SITE: Bits = Bits::new(16, 16);

/// Of `Bind`. In its second word: how far the slot is from the end of the thread's stack, and which words follow.
pub(crate) mod bind {
    use super::{Bits, SITE};

    pub(crate) const BASE: Bits = Bits::new(8, 3);
    pub(crate) const TEXT: Bits = Bits::new(11, 1);
    /// The slot has the next number of its frame.
    pub(crate) const NEXT: Bits = Bits::new(12, 1);
    pub(crate) const SLOT: Bits = Bits::new(16, 16);
    pub(crate) const LOCAL: Bits = Bits::new(32, 64 - 32 - SITE);
    pub(crate) const TYPE: Bits = Bits::new(64 - SITE, SITE);
    pub(crate) const DEPTH: Bits = Bits::new(0, 32);
    pub(crate) const MASK: Bits = Bits::new(32, 32);
}

/// Of `Scan`.
pub(crate) mod scan {
    use super::Bits;

    pub(crate) const BASE: Bits = Bits::new(8, 3);
    pub(crate) const SLOT: Bits = Bits::new(11, 21);
    pub(crate) const MASK: Bits = Bits::new(32, 32);
}

/// Of `Alloc`, `Free` and `Reallocating`. In the second word: the address.
pub(crate) mod heap {
    use super::{Bits, DELTA};

    pub(crate) const ALIGN: Bits = Bits::new(8, 6);
    pub(crate) const STATEMENT: Bits = Bits::new(14, 18);
    pub(crate) const BYTES: Bits = Bits::new(32, 32);
    pub(crate) const ADDR: Bits = Bits::new(0, 48);
    pub(crate) const DELTA_2: Bits = Bits::new(48, DELTA);
    /// Of the forms with more words.
    pub(crate) const FAR_ALIGN: Bits = Bits::new(24, 8);
    pub(crate) const FAR_STATEMENT: Bits = super::HIGH;

    /// Statements that are none: before the first of the frame, and in no frame.
    pub(crate) const NONE_YET: u64 = (1 << 18) - 1;
    pub(crate) const NO_FRAME: u64 = (1 << 18) - 2;
    pub(crate) const FAR_NO_FRAME: u32 = u32::MAX - 1;
}

/// Where `delta` says for most kinds.
pub(crate) const DELTA_1: Bits = Bits::new(8, DELTA);
/// Of `Reallocated`.
pub(crate) const NEW_BYTES: Bits = Bits::new(24, 40);

/// Two halves in one word.
pub(crate) const fn pair(low: u32, high: u32) -> u64 {
    low as u64 | (high as u64) << 32
}

/// The low half.
#[expect(clippy::cast_possible_truncation, reason = "the low half is what is asked for")]
pub(crate) const fn low(word: u64) -> u32 {
    word as u32
}

/// The high half.
pub(crate) const fn high(word: u64) -> u32 {
    low(word >> 32)
}

/// An address or a size, as it went in.
#[expect(clippy::cast_possible_truncation, reason = "the word was a usize of this process")]
pub(crate) const fn size(word: u64) -> usize {
    word as usize
}

#[cfg(test)]
mod tests {
    use super::Kind;

    #[test]
    fn kinds_have_their_numbers() {
        for (index, kind) in Kind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, index + 1);
            assert_eq!(Kind::of(kind as u64 | 0xabcd_ef00), Some(kind));
        }
        assert_eq!([Kind::of(0), Kind::of(34), Kind::of(255)], [None; 3]);
    }
}
