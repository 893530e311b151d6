//! What a local holds, and how it is moved.

use crate::record::Doubt;

/// What a local holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Holds {
    /// Nothing yet, or nothing any more until the assignment that is under way.
    Nothing,
    /// Its value.
    Value,
    /// What is left of its value, and that is known to need a drop.
    Rest,
    /// What is left of its value, if anything.
    PerhapsRest,
    /// Its value, unless it was moved.
    Perhaps,
    /// Its value, of which it is not known whether the variant holds anything.
    PerhapsEmpty,
    /// Nothing: its value was moved, or holds nothing that needs dropping.
    Moved,
}

impl Holds {
    pub(super) fn from(number: u8) -> Self {
        let all =
            [Self::Nothing, Self::Value, Self::Rest, Self::PerhapsRest, Self::Perhaps, Self::PerhapsEmpty];
        all.get(usize::from(number)).copied().unwrap_or(Self::Moved)
    }

    pub(super) fn doubt(self) -> Option<Doubt> {
        match self {
            Self::PerhapsRest => Some(Doubt::Rest),
            Self::Perhaps => Some(Doubt::MaybeMoved),
            Self::PerhapsEmpty => Some(Doubt::Variant),
            _ => None,
        }
    }

    /// An enum, of which the variant holds nothing, or something, or it is unknown.
    pub(super) fn of_variant(empty: Option<bool>) -> Self {
        match empty {
            Some(true) => Self::Moved,
            Some(false) => Self::Value,
            None => Self::PerhapsEmpty,
        }
    }

    pub(super) fn anything(self) -> bool {
        !matches!(self, Self::Nothing | Self::Moved)
    }
}

/// How a value is moved: bit 0 in part, bit 1 certainly.
#[derive(Clone, Copy)]
pub(super) struct Move(pub(super) u8);

impl Move {
    pub(super) const WHOLE: Self = Self(2);
    pub(super) const PART: Self = Self(3);
    pub(super) const PERHAPS: Self = Self(0);
}
