//! That a local holds a value: with a guard that watches it, or without.

use std::fmt::Debug;

use crate::site::Type;

use super::guard::Guard;
use super::lane::Writer;
use super::quick::{Quick, Way, on_top, quickly};
use super::slot::Slot;
use super::text::Text;
use super::thread::State;
use super::word::{Kind, bind, pair, scan};
use super::{describe, locals_are_on, recorded, scope};

/// The value itself, where its `Debug` text is asked for.
pub(super) type Shown<'a> = Option<&'a dyn Debug>;

/// A place of a value: where, and of what type.
pub(crate) type Place = (usize, &'static Type);

/// A guard for `local`, which holds nothing.
#[inline]
pub(crate) fn declare(local: u32) -> Guard {
    if locals_are_on() { declared(local) } else { Guard::off() }
}

#[inline(never)]
fn declared(local: u32) -> Guard {
    let mut frame = 0;
    on_top(|way, top| {
        way.end_drop();
        frame = top.frame;
    });
    Guard::declared(frame, local)
}

/// A guard for `local`, which holds a value.
#[inline]
pub(crate) fn bind(place: Place, local: u32) -> Guard {
    if locals_are_on() { bound(place, local) } else { Guard::off() }
}

#[inline(never)]
fn bound(place: Place, local: u32) -> Guard {
    let done = quickly(|way, top| bind_quickly(way, local, place).map(|()| (top.frame, top.next_slot)));
    match done {
        Some((frame, slot)) => Guard::holding(frame, place, local, slot),
        None => bound_slowly(place, local, None),
    }
}

#[cold]
#[inline(never)]
fn bound_slowly(place: Place, local: u32, text: Option<&Text>) -> Guard {
    let mut guard = Guard::declared(0, local);
    on_top(|way, top| {
        way.end_drop();
        way.state().next_slot();
        guard = Guard::holding(top.frame, place, local, top.next_slot);
        record_bind(way, (local, top.next_slot, true), place, text);
    });
    recorded();
    guard
}

/// As [`bind`], with the value's text.
#[inline]
pub(crate) fn bind_value(place: Place, local: u32, shown: Shown<'_>) -> Guard {
    if locals_are_on() { bound_value(place, local, shown) } else { Guard::off() }
}

#[inline(never)]
fn bound_value(place: Place, local: u32, shown: Shown<'_>) -> Guard {
    bound_slowly(place, local, text_of(shown).as_ref())
}

/// Records that `local` holds a value, and does not watch it.
#[inline]
pub(crate) fn show(place: Place, local: u32) {
    if locals_are_on() {
        showed(place, local);
    }
}

#[inline(never)]
fn showed(place: Place, local: u32) {
    if quickly(|way, _| bind_quickly(way, local, place)).is_none() {
        show_slowly(place, local, None);
    }
}

/// As [`show`], with the value's text.
#[inline]
pub(crate) fn show_value(place: Place, local: u32, shown: Shown<'_>) {
    if locals_are_on() {
        showed_value(place, local, shown);
    }
}

#[inline(never)]
fn showed_value(place: Place, local: u32, shown: Shown<'_>) {
    show_slowly(place, local, text_of(shown).as_ref());
}

#[cold]
#[inline(never)]
fn show_slowly(place: Place, local: u32, text: Option<&Text>) {
    on_top(|way, top| {
        way.end_drop();
        way.state().next_slot();
        record_bind(way, (local, top.next_slot, true), place, text);
    });
    recorded();
}

/// The text of a value, if it is asked for: the program's own code, which runs after the drop that was open.
#[inline]
pub(super) fn text_of(shown: Shown<'_>) -> Option<Text> {
    shown.and_then(|shown| {
        on_top(|way, _| way.end_drop());
        Text::of(shown)
    })
}

/// Records that a local of the frame on top holds a value; whether its slot has the next number.
#[inline]
pub(super) fn record_bind(
    way: &mut impl Way,
    (local, slot, is_next): (u32, u32, bool),
    (addr, ty): Place,
    text: Option<&Text>,
) {
    let memory = Slot { addr, bytes: ty.bytes };
    scope::holds(way.state(), (local, ty), memory);
    let ty = describe::ty(ty);
    let facts = bind::TEXT.put(text.is_some().into()) | bind::NEXT.put(is_next.into());
    let is_near = bind::LOCAL.fits(local.into()) && (is_next || bind::SLOT.fits(slot.into()));
    let near = Near::of(way.state(), memory).filter(|_| is_near);
    way.write(|to| {
        if let Some(near) = near {
            near.write_bind(to, facts | bind::SLOT.put(slot.into()), local, ty);
        } else {
            to.push(Kind::BindFar as u64 | bind::BASE.put(memory.base().into()) | facts);
            to.push(pair(slot, local));
            to.push(ty);
            to.push(addr as u64);
            memory.write_with_masks(to);
        }
        if let Some(text) = text {
            to.text(text.as_str());
        }
    });
}

/// Records that a local holds a value, in the next slot of the frame on top, if what that takes is known and near.
#[inline(always)]
#[expect(clippy::inline_always, reason = "it is most of its callers")]
fn bind_quickly(way: &mut Quick<'_>, local: u32, (addr, ty): Place) -> Option<()> {
    let ty_number = describe::known_type(ty)?;
    let near = Near::of(way.state(), Slot { addr, bytes: ty.bytes })?;
    if !bind::LOCAL.fits(local.into()) {
        return None;
    }
    way.end_drop();
    way.state().next_slot();
    way.write(|to| near.write_bind(to, bind::NEXT.put(1), local, ty_number));
    Some(())
}

/// The memory of a local that is small, and near to the end of the thread's stack.
#[derive(Clone, Copy)]
struct Near {
    memory: Slot,
    depth: u64,
}

impl Near {
    #[inline]
    fn of(state: &State, memory: Slot) -> Option<Self> {
        let depth = state.depth(memory.addr).filter(|_| memory.is_small())?;
        Some(Self { memory, depth })
    }

    #[inline]
    fn write_bind(self, to: &mut Writer<'_>, facts: u64, local: u32, ty: u64) {
        let facts = facts | bind::BASE.put(self.memory.base().into());
        to.push(Kind::Bind as u64 | facts | bind::LOCAL.put(local.into()) | bind::TYPE.put(ty));
        let place = to.skip(1);
        let mask = self.memory.write(to);
        to.put(place, bind::DEPTH.put(self.depth) | bind::MASK.put(mask));
    }
}

/// The memory of a local that is small.
#[inline]
pub(super) fn write_scan(to: &mut Writer<'_>, memory: Slot, number: u32) {
    let place = to.skip(1);
    let mask = memory.write(to);
    let facts = scan::BASE.put(memory.base().into()) | scan::SLOT.put(number.into());
    to.put(place, Kind::Scan as u64 | facts | scan::MASK.put(mask));
}
