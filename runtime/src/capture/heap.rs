//! The hooks of the allocator.
//!
//! The end of a block is written before the memory goes back, and its beginning after it is there, so
//! that the order of numbers never shows an address in use twice.

use std::alloc::Layout;

use crate::record::Broken;

use super::epoch::Order;
use super::lane::Writer;
use super::quick::Quick;
use super::thread::{Busy, State, Top, with};
use super::word::{DELTA_1, HIGH, Kind, NEW_BYTES, heap};
use super::{Asked, asked, hook_ran, reserve, scope, violations};

/// A block begins, if it is not null. Recorded inside traced frames. Gives the block: null may become one of the reserve.
#[inline]
pub(crate) fn allocated(block: *mut u8, layout: Layout) -> *mut u8 {
    scope::allocated(block.addr(), layout);
    match asked() {
        Asked::Recording if !block.is_null() => begins(block.addr(), layout),
        Asked::Nothing => {}
        _ => return refused(block, layout),
    }
    block
}

/// What is done where nothing was to be had, or in a phase that is rare.
#[cold]
#[inline(never)]
fn refused(block: *mut u8, layout: Layout) -> *mut u8 {
    hook_ran();
    if block.is_null() { reserve::block(layout) } else { block }
}

#[inline(never)]
fn begins(addr: usize, layout: Layout) {
    with(|state| {
        if state.top.get().frame != 0 && !record_quickly(state, Kind::Alloc, (addr, layout)) {
            begins_slowly(addr, layout);
        }
    });
}

#[cold]
#[inline(never)]
fn begins_slowly(addr: usize, layout: Layout) {
    with(|state| record(state, Busy::Idle, Kind::Alloc, (addr, layout)));
}

/// A block is about to end. Recorded everywhere: the block may come from a traced frame. Whether the allocator has to be
/// told, for it is not of the reserve.
#[inline]
pub(crate) fn freeing(addr: usize, layout: Layout) -> bool {
    scope::freeing(addr, layout);
    match asked() {
        Asked::Recording => ends(addr, layout),
        Asked::Nothing => {}
        Asked::Rare => return is_the_allocators(addr),
    }
    true
}

#[cold]
#[inline(never)]
fn is_the_allocators(addr: usize) -> bool {
    hook_ran();
    !reserve::holds(addr)
}

#[inline(never)]
fn ends(addr: usize, layout: Layout) {
    if !with(|state| record_quickly(state, Kind::Free, (addr, layout))) {
        ends_slowly(addr, layout);
    }
}

#[cold]
#[inline(never)]
fn ends_slowly(addr: usize, layout: Layout) {
    with(|state| record(state, Busy::Value, Kind::Free, (addr, layout)));
}

/// How a reallocation goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// It was recorded or counted, so that the outcome has to be.
    Recorded,
    /// It was neither.
    Unrecorded,
    /// The block is of the reserve, of which the allocator knows nothing.
    OfReserve,
}

/// A block is about to change.
#[inline]
pub(crate) fn reallocating(addr: usize, layout: Layout) -> Change {
    let recorded = match asked() {
        Asked::Recording => changes(addr, layout),
        Asked::Nothing => false,
        Asked::Rare if is_the_allocators(addr) => false,
        Asked::Rare => return Change::OfReserve,
    };
    let told = scope::reallocating(addr, layout, recorded);
    if told { Change::Recorded } else { Change::Unrecorded }
}

/// A block of the reserve, if the tracer asks, and there is one.
#[cold]
pub(crate) fn in_reserve(layout: Layout) -> *mut u8 {
    reserve::block(layout)
}

#[inline(never)]
fn changes(addr: usize, layout: Layout) -> bool {
    with(|state| record(state, Busy::Value, Kind::Reallocating, (addr, layout)))
}

/// The outcome of a reallocation: the block's new place, or null.
pub(crate) fn reallocated(addr: usize, bytes: usize) {
    if !scope::reallocated(addr, bytes) {
        return;
    }
    with(|state| {
        let Some(marked) = state.busy_from(Busy::Value, Busy::Hook) else {
            return;
        };
        if !marked.during(Busy::Value) {
            violations::resized(bytes);
        }
        // Of no frame: that it began in one is known.
        let frame = state.told.get();
        if addr == 0 {
            return state.record(frame, Order::Own, |to, _| to.push(Kind::ReallocFailed as u64));
        }
        state.record(frame, Order::Begins, move |to, delta| {
            if NEW_BYTES.fits(bytes as u64) {
                to.push(Kind::Reallocated as u64 | DELTA_1.put(delta) | NEW_BYTES.put(bytes as u64));
                to.push(addr as u64);
            } else {
                to.push(Kind::ReallocatedFar as u64 | DELTA_1.put(delta));
                to.push(addr as u64);
                to.push(bytes as u64);
            }
        });
    });
}

/// Records a heap event if nothing stands in the way: whether it did.
#[inline(always)]
#[expect(clippy::inline_always, reason = "the kind is known where it is called")]
fn record_quickly(state: &State, kind: Kind, (addr, layout): (usize, Layout)) -> bool {
    let Some(busy) = state.hook() else { return false };
    let top = state.top.get();
    let frame = state.told.get();
    if top.watches || (top.frame != 0 && top.frame != frame) {
        return false;
    }
    let Some(quick) = Quick::of(state, busy, frame) else { return false };
    let statement = (top.frame != 0).then_some(top.statement);
    let order = order(kind);
    quick.write_key(order, move |to, delta| write(to, kind, delta, statement, (addr, layout)))
}

/// How an event stands to those of other threads.
#[inline]
fn order(kind: Kind) -> Order {
    if kind == Kind::Alloc { Order::Begins } else { Order::Ends }
}

#[inline]
fn record(state: &State, at_most: Busy, kind: Kind, (addr, layout): (usize, Layout)) -> bool {
    let Some(marked) = state.busy_from(at_most, Busy::Hook) else {
        return false;
    };
    // What changes a block while a value is shown is not the frame: nothing began there, and no rule is broken.
    let shown = marked.during(Busy::Value);
    let top = if shown { Top::NONE } else { state.top.get() };
    let breaks = |what| {
        if top.watches {
            violations::note(state, what, (addr, layout.size()));
        }
    };
    // Before a block's end, while it can still be found; after its beginning, for the same reason.
    match kind {
        Kind::Free => breaks(Broken::Free),
        Kind::Reallocating => breaks(Broken::Realloc),
        _ => {}
    }
    let statement = (top.frame != 0).then_some(top.statement);
    let frame = if top.frame == 0 { state.told.get() } else { top.frame };
    state.record(frame, order(kind), move |to, delta| write(to, kind, delta, statement, (addr, layout)));
    if kind == Kind::Alloc {
        breaks(Broken::Alloc);
    }
    true
}

/// A heap event in a frame at a statement (`u32::MAX` before the first), or in none.
#[inline(always)]
#[expect(clippy::inline_always, reason = "the kind is known where it is called")]
fn write(
    to: &mut Writer<'_>,
    kind: Kind,
    delta: u64,
    statement: Option<u32>,
    (addr, layout): (usize, Layout),
) {
    let (addr, bytes) = (addr as u64, layout.size() as u64);
    // The exponent of a power of two in a usize is below 64.
    let exponent = u64::from(layout.align().trailing_zeros());
    let near = match statement {
        None => Some(heap::NO_FRAME),
        Some(u32::MAX) => Some(heap::NONE_YET),
        Some(at) => Some(u64::from(at)).filter(|at| *at < heap::NO_FRAME),
    };
    if let Some(near) = near.filter(|_| heap::BYTES.fits(bytes) && heap::ADDR.fits(addr)) {
        let facts = heap::ALIGN.put(exponent) | heap::STATEMENT.put(near) | heap::BYTES.put(bytes);
        to.push(kind as u64 | facts);
        to.push(heap::ADDR.put(addr) | heap::DELTA_2.put(delta));
        return;
    }
    let far = match kind {
        Kind::Alloc => Kind::AllocFar,
        Kind::Free => Kind::FreeFar,
        _ => Kind::ReallocatingFar,
    };
    let statement = statement.unwrap_or(heap::FAR_NO_FRAME);
    to.push(far as u64 | DELTA_1.put(delta) | heap::FAR_ALIGN.put(exponent) | HIGH.put(statement.into()));
    to.push(addr);
    to.push(bytes);
}
