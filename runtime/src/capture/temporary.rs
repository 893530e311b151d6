//! Values without a name: temporaries of an expression.
//!
//! A temporary is made a field between two others. Fields are dropped in their order, at whatever time the
//! compiler drops the temporary, so the one before announces its drop and the one behind ends it. A field
//! can be moved out: what takes the value says so, or the compiler was asked.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use crate::record::{Doubt, Reason};

use super::locals_are_on;
use super::numbers::{PLACE, drop_number};
use super::quick::{Way, end_drop, on_top, quickly};
use super::thread::{Dropped, Top};
use super::word::Kind;

/// A value, between what announces its drop and what ends it.
#[derive(Debug)]
pub struct Temporary<T> {
    _announce: Announce,
    /// The value.
    pub value: T,
    _end: End,
}

/// Announces the drop of a temporary by its own.
#[derive(Debug)]
pub struct Announce {
    /// The frame of the temporary; 0 if there is nothing to announce.
    frame: u64,
    site: u32,
    /// How many watched temporaries of the frame were alive before this one.
    depth: u8,
    fate: Fate,
    /// Whether it is known by now that there is nothing to drop.
    silent: AtomicBool,
}

/// Ends the drop of a temporary.
#[derive(Debug)]
pub struct End {
    frame: u64,
}

/// What becomes of a temporary. Of one that patterns take apart, it is noted in three bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Fate {
    /// All of it is taken, or it holds nothing that needs dropping.
    Taken = 1,
    /// A part is taken; something that needs dropping remains.
    Part,
    /// A part is taken; whether something remains is unknown.
    PerhapsPart,
    /// It is dropped where it is.
    Stays,
    /// It stays, and whether its variant holds anything is unknown.
    PerhapsEmpty,
    /// It may be taken.
    Perhaps,
}

impl Fate {
    fn of(bits: u64) -> Option<Self> {
        match bits & MASK {
            1 => Some(Self::Taken),
            2 => Some(Self::Part),
            3 => Some(Self::PerhapsPart),
            4 => Some(Self::Stays),
            _ => None,
        }
    }

    /// Something is taken: `rest_needs_drop` says whether what remains does, if that is known.
    pub(crate) const fn but_for(rest_needs_drop: Option<bool>) -> Self {
        match rest_needs_drop {
            Some(false) => Self::Taken,
            Some(true) => Self::Part,
            None => Self::PerhapsPart,
        }
    }

    fn doubt(self) -> Option<Doubt> {
        match self {
            Self::PerhapsPart => Some(Doubt::Rest),
            Self::PerhapsEmpty => Some(Doubt::Variant),
            Self::Perhaps => Some(Doubt::MaybeMoved),
            Self::Stays | Self::Taken | Self::Part => None,
        }
    }
}

/// The iterator of a `for` loop.
#[derive(Debug)]
pub struct Iterate<I>(Temporary<I>);

impl<I: Iterator> Iterator for Iterate<I> {
    type Item = I::Item;

    #[inline]
    fn next(&mut self) -> Option<I::Item> {
        self.0.value.next()
    }
}

/// Bits for the fate of a temporary.
const BITS: u8 = 3;
const MASK: u64 = 7;

/// Temporaries of one frame whose fate can be noted.
const NOTED: u8 = 64 / BITS;

/// A value, watched if `watched`.
#[inline]
pub(crate) fn temporary<T>(value: T, watched: bool, site: u32, fate: Fate) -> Temporary<T> {
    let announce = if watched { announce(site, fate) } else { Announce::nothing() };
    let end = End { frame: announce.frame };
    Temporary { _announce: announce, value, _end: end }
}

/// An iterator, watched if `watched`.
#[inline]
pub(crate) fn iterate<I>(iterator: I, watched: bool, site: u32) -> Iterate<I> {
    Iterate(temporary(iterator, watched, site, Fate::Stays))
}

/// What announces the drop of whatever is dropped next.
#[inline]
pub(crate) fn announce(site: u32, fate: Fate) -> Announce {
    if locals_are_on() { announce_now(site, fate) } else { Announce::nothing() }
}

#[inline(never)]
fn announce_now(site: u32, fate: Fate) -> Announce {
    let mut announce = Announce::nothing();
    (announce.site, announce.fate) = (site, fate);
    on_top(|way, top| {
        (announce.frame, announce.depth) = (top.frame, top.temporaries);
        if top.temporaries >= NOTED && fate == Fate::Stays {
            announce.fate = Fate::Perhaps;
        }
        let temporaries = top.temporaries.saturating_add(1);
        let taken = top.taken & !(lowest(top.temporaries) * MASK);
        way.state().top.set(Top { taken, temporaries, ..top });
    });
    announce
}

/// The lowest of a temporary's bits; 0 for one that is too deep.
fn lowest(depth: u8) -> u64 {
    if depth < NOTED { 1 << (BITS * depth) } else { 0 }
}

/// A pattern took the innermost temporary, or a part of it.
#[inline]
pub(crate) fn taken(fate: Fate) {
    if locals_are_on() {
        taken_now(fate);
    }
}

#[inline(never)]
fn taken_now(fate: Fate) {
    on_top(|way, top| {
        if let Some(depth) = top.temporaries.checked_sub(1) {
            let taken = (top.taken & !(lowest(depth) * MASK)) | (lowest(depth) * fate as u64);
            way.state().top.set(Top { taken, ..top });
        }
    });
}

impl Announce {
    /// Nothing to announce.
    pub(crate) const fn nothing() -> Self {
        Self { frame: 0, site: 0, depth: 0, fate: Fate::Stays, silent: AtomicBool::new(false) }
    }

    /// There is nothing to drop.
    pub(crate) fn silence(&self) {
        self.silent.store(true, Relaxed);
    }

    /// The temporary is dropped now, if it is there. `None` if it is not of the frame on top.
    #[inline]
    fn drops(&self, way: &mut impl Way, top: Top) -> Option<()> {
        if top.frame != self.frame {
            return None;
        }
        way.end_drop();
        let bits = if self.depth < NOTED { top.taken >> (BITS * self.depth) } else { 0 };
        // One that a variable keeps alive may still be there, under the same number as a later one.
        let taken = top.taken & !(lowest(self.depth) * MASK);
        way.state().top.set(Top { temporaries: self.depth, taken, dropping: None, ..top });
        let fate = Fate::of(bits).unwrap_or(self.fate);
        if fate != Fate::Taken && !self.silent.load(Relaxed) {
            self.record(way, fate);
        }
        Some(())
    }

    #[inline]
    fn record(&self, way: &mut impl Way, fate: Fate) {
        let partial = matches!(fate, Fate::Part | Fate::PerhapsPart);
        let extra = drop_number(way.state().top.get().reason(), partial, fate.doubt());
        record(way, self.site, extra);
    }
}

/// What a place holds is about to be overwritten.
#[inline]
pub(crate) fn replaced(site: u32, doubt: Option<Doubt>) {
    if locals_are_on() {
        replaced_now(site, doubt);
    }
}

#[inline(never)]
fn replaced_now(site: u32, doubt: Option<Doubt>) {
    on_top(|way, top| {
        // The new value was never there.
        if !top.unwinding() {
            way.end_drop();
            record(way, site, drop_number(Reason::Reassigned, false, doubt) | PLACE);
        }
    });
    super::recorded();
}

/// Records the drop of something without a name of the frame on top.
#[inline]
pub(super) fn record(way: &mut impl Way, site: u32, extra: u8) {
    way.write_word(Kind::DropUnnamed, extra, site);
    way.state().next_slot();
    way.drops(Dropped::unnamed(site));
}

/// What ends the drop of a temporary of the frame on top.
#[inline]
pub(crate) fn end() -> End {
    End { frame: if locals_are_on() { frame_on_top() } else { 0 } }
}

#[inline(never)]
fn frame_on_top() -> u64 {
    let mut frame = 0;
    on_top(|_, top| frame = top.frame);
    frame
}

impl Drop for Announce {
    #[inline]
    fn drop(&mut self) {
        if self.frame != 0 {
            announced(self);
        }
    }
}

#[inline(never)]
fn announced(announce: &Announce) {
    if quickly(|way, top| announce.drops(way, top)).is_none() {
        announced_slowly(announce);
    }
}

#[cold]
#[inline(never)]
fn announced_slowly(announce: &Announce) {
    on_top(|way, top| {
        announce.drops(way, top);
    });
    super::recorded();
}

/// Announces the drop of what its block has made when the block ends, and nothing if the block unwinds.
#[derive(Debug)]
pub struct AtEnd {
    frame: u64,
    site: u32,
}

/// Announces the drop of what the block around it makes, if that is `watched`.
#[inline]
pub(crate) fn at_end(watched: bool, site: u32) -> AtEnd {
    AtEnd { frame: if watched { end().frame } else { 0 }, site }
}

impl Drop for AtEnd {
    #[inline]
    fn drop(&mut self) {
        if self.frame != 0 {
            made(self);
        }
    }
}

#[inline(never)]
fn made(at_end: &AtEnd) {
    on_top(|way, top| {
        if top.frame == at_end.frame && !top.unwinding() {
            way.end_drop();
            record(way, at_end.site, drop_number(Reason::ScopeEnd, false, None));
        }
    });
    super::recorded();
}

impl Drop for End {
    #[inline]
    fn drop(&mut self) {
        if self.frame != 0 {
            end_drop(self.frame);
        }
    }
}
