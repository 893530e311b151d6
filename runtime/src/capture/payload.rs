//! The words of a record: how many there are, and what is taken from them one after the other.

use crate::record::Word;

use super::slot::MASKS;
use super::word::{Kind, bind, scan, size};

/// How many words the record has that `words` begin with, as far as they say so.
pub(crate) fn length(kind: Kind, words: &[u64]) -> Option<usize> {
    let word = |at: usize| words.get(at).copied();
    let text = |at: usize| Some(at + 1 + usize::try_from(word(at)?).ok()?.checked_add(7)? / 8);
    let slot = |masks: &[u64]| masks.iter().map(|mask| mask.count_ones() as usize).sum::<usize>();
    let masks = |at: usize| words.get(at..at + MASKS).map(|masks| at + MASKS + slot(masks));
    let first = word(0)?;
    let with_text = |end: usize| if bind::TEXT.get(first) == 0 { Some(end) } else { text(end) };
    match kind {
        Kind::Switch
        | Kind::Epoch
        | Kind::Time
        | Kind::ThreadEnd
        | Kind::Enter
        | Kind::Exit
        | Kind::Suspend
        | Kind::Move
        | Kind::Drop
        | Kind::DropUnnamed
        | Kind::Dropped
        | Kind::ReallocFailed => Some(1),
        Kind::OnTop
        | Kind::EnterFar
        | Kind::MoveFar
        | Kind::Alloc
        | Kind::Free
        | Kind::Reallocating
        | Kind::Reallocated => Some(2),
        Kind::Resume | Kind::AllocFar | Kind::FreeFar | Kind::ReallocatingFar | Kind::ReallocatedFar => {
            Some(3)
        }
        Kind::Violation => Some(4),
        Kind::Thread => text(3),
        Kind::Bind => with_text(2 + slot(&[bind::MASK.get(word(1)?)])),
        Kind::BindFar => with_text(masks(4)?),
        Kind::Scan => Some(1 + slot(&[scan::MASK.get(first)])),
        Kind::ScanFar => masks(1),
        Kind::Function => Some(11),
        Kind::Type => Some(7),
        Kind::Text => text(1),
    }
}

/// What is left of a record.
pub(super) struct Words<'a>(pub(super) &'a [u64]);

impl Words<'_> {
    pub(super) fn next(&mut self) -> Option<u64> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    pub(super) fn size(&mut self) -> Option<usize> {
        self.next().map(size)
    }

    pub(super) fn text(&mut self) -> Option<String> {
        let bytes = self.size()?;
        let (text, rest) = self.0.split_at_checked(bytes.checked_add(7)? / 8)?;
        self.0 = rest;
        let text: Vec<u8> = text.iter().flat_map(|word| word.to_le_bytes()).take(bytes).collect();
        Some(String::from_utf8_lossy(&text).into_owned())
    }

    /// The words of a slot whose bits are set in `masks`, from `base` on.
    pub(super) fn slot(&mut self, masks: &[u64], base: u32) -> Option<Vec<Word>> {
        let bytes = u32::try_from(size_of::<usize>()).ok()?;
        let count = masks.iter().map(|mask| mask.count_ones() as usize).sum();
        let mut found = Vec::with_capacity(count);
        for (&mask, first) in masks.iter().zip((0_u32..).step_by(64)) {
            let mut mask = mask;
            while mask != 0 {
                let index = first + mask.trailing_zeros();
                found.push(Word { offset: base + index * bytes, value: self.size()? });
                mask &= mask - 1;
            }
        }
        Some(found)
    }

    /// The same, behind its masks.
    pub(super) fn masked_slot(&mut self, base: u32) -> Option<Vec<Word>> {
        let (masks, rest) = self.0.split_at_checked(MASKS)?;
        self.0 = rest;
        self.slot(masks, base)
    }
}
