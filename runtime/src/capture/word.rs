//! How a record is laid out in words of a chunk.
//!
//! The first word says what and how long: kind (8 bits), extra (8), length in words (16), detail (32).
//! Then come the sequence number, the time, and the payload of the kind.

/// What a record is; see `record::Fact` for the meaning of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    /// One word, without number or time: the records after it are of thread `detail`.
    Switch = 1,
    Thread,
    Enter,
    Exit,
    Bind,
    Scan,
    Move,
    Drop,
    Dropped,
    Alloc,
    Free,
    Reallocating,
    Reallocated,
    ReallocFailed,
    ThreadEnd,
    Suspend,
    Resume,
    DropUnnamed,
    Violation,
    /// The description of a function: no event.
    Function,
    /// The description of a type: no event.
    Type,
    /// A part of the texts of the description before.
    Text,
}

impl Kind {
    const ALL: [Self; 22] = [
        Self::Switch,
        Self::Thread,
        Self::Enter,
        Self::Exit,
        Self::Bind,
        Self::Scan,
        Self::Move,
        Self::Drop,
        Self::Dropped,
        Self::Alloc,
        Self::Free,
        Self::Reallocating,
        Self::Reallocated,
        Self::ReallocFailed,
        Self::ThreadEnd,
        Self::Suspend,
        Self::Resume,
        Self::DropUnnamed,
        Self::Violation,
        Self::Function,
        Self::Type,
        Self::Text,
    ];
}

/// The first word of a record, but for its length.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Head {
    pub(crate) kind: Kind,
    /// Small facts of the kind.
    pub(crate) extra: u8,
    /// Slot, statement or thread.
    pub(crate) detail: u32,
}

/// Words before the payload.
pub(crate) const HEAD: usize = 3;
/// No record is longer.
pub(crate) const LONGEST: usize = 192;
/// Longest text of a record, in bytes.
pub(crate) const TEXT: usize = 256;

impl Head {
    pub(crate) const fn new(kind: Kind) -> Self {
        Self { kind, extra: 0, detail: 0 }
    }

    pub(crate) const fn extra(self, extra: u8) -> Self {
        Self { extra, ..self }
    }

    pub(crate) const fn detail(self, detail: u32) -> Self {
        Self { detail, ..self }
    }

    /// The word of a record of `words` words.
    pub(crate) const fn pack(self, words: usize) -> u64 {
        self.kind as u64
            | (self.extra as u64) << 8
            | (words as u64 & 0xffff) << 16
            | (self.detail as u64) << 32
    }

    /// Back from the word, with the length.
    pub(crate) fn unpack(word: u64) -> Option<(Self, usize)> {
        let [kind, extra, short, long] = *word.to_le_bytes().first_chunk()?;
        let kind = *Kind::ALL.get(usize::from(kind).checked_sub(1)?)?;
        let words = usize::from(u16::from_le_bytes([short, long]));
        Some((Self { kind, extra, detail: high(word) }, words))
    }
}

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
