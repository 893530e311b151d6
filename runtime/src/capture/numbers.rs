//! The small numbers of a record that stand for words of the trace.

use crate::record::{Broken, Doubt, How, Reason};

/// In `extra` of a drop: what is dropped is in a place, and no temporary.
pub(super) const PLACE: u8 = 1 << 5;

/// In `extra` of a drop: it is of a part.
pub(super) const PARTIAL: u8 = 1 << 2;

/// The `extra` of a drop.
pub(super) fn drop_number(reason: Reason, partial: bool, doubt: Option<Doubt>) -> u8 {
    let partial = if partial { PARTIAL } else { 0 };
    reason_number(reason) | partial | doubt_number(doubt) << 3
}

/// Back from the `extra` of a drop: why, whether of a part, and what is not certain.
pub(super) fn drop_words(extra: u8) -> (Reason, bool, Option<Doubt>) {
    (reason(extra & 3), extra & PARTIAL != 0, doubt(extra >> 3 & 3))
}

const fn reason_number(reason: Reason) -> u8 {
    match reason {
        Reason::ScopeEnd => 0,
        Reason::Reassigned => 1,
        Reason::Unwind => 2,
        Reason::Explicit => 3,
    }
}

const fn reason(number: u8) -> Reason {
    match number {
        0 => Reason::ScopeEnd,
        1 => Reason::Reassigned,
        2 => Reason::Unwind,
        _ => Reason::Explicit,
    }
}

pub(super) const fn broken(number: u8) -> Broken {
    match number {
        0 => Broken::Alloc,
        1 => Broken::Realloc,
        _ => Broken::Free,
    }
}

/// The number that stands for `how`.
pub(super) const fn how_number(how: How) -> u8 {
    match how {
        How::Return => 0,
        How::Unwind => 1,
        How::Cancelled => 2,
    }
}

pub(super) const fn how(number: u8) -> How {
    match number {
        0 => How::Return,
        1 => How::Unwind,
        _ => How::Cancelled,
    }
}

const fn doubt_number(doubt: Option<Doubt>) -> u8 {
    match doubt {
        None => 0,
        Some(Doubt::Rest) => 1,
        Some(Doubt::MaybeMoved) => 2,
        Some(Doubt::Variant) => 3,
    }
}

const fn doubt(number: u8) -> Option<Doubt> {
    match number {
        0 => None,
        1 => Some(Doubt::Rest),
        2 => Some(Doubt::MaybeMoved),
        _ => Some(Doubt::Variant),
    }
}
