//! The hooks of the allocator.
//!
//! The end of a block is written before the memory goes back, and its beginning after it is there, so
//! that the order of numbers never shows an address in use twice.

use std::alloc::Layout;

use crate::record::Broken;

use super::thread::{Busy, State, Top, with};
use super::violations;
use super::word::{Head, Kind};
use super::{recording, scope};

/// A block begins, if `addr` is not null. Recorded inside traced frames.
pub(crate) fn allocated(addr: usize, layout: Layout) {
    scope::allocated(addr, layout);
    if !recording() || addr == 0 {
        return;
    }
    with(|state| {
        if state.top.get().frame != 0 {
            record(state, Busy::Idle, Kind::Alloc, (addr, layout));
        }
    });
}

/// A block is about to end. Recorded everywhere: the block may come from a traced frame.
pub(crate) fn freeing(addr: usize, layout: Layout) {
    scope::freeing(addr, layout);
    if recording() {
        with(|state| record(state, Busy::Value, Kind::Free, (addr, layout)));
    }
}

/// A block is about to change; whether that was recorded or counted, so that the outcome has to be.
pub(crate) fn reallocating(addr: usize, layout: Layout) -> bool {
    let recorded =
        recording() && with(|state| record(state, Busy::Value, Kind::Reallocating, (addr, layout)));
    scope::reallocating(addr, layout, recorded)
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
        if addr == 0 {
            return state.record(Head::new(Kind::ReallocFailed), |_| ());
        }
        state.record(Head::new(Kind::Reallocated), |to| {
            to.push(addr as u64);
            to.push(bytes as u64);
        });
    });
}

fn record(state: &State, at_most: Busy, kind: Kind, (addr, layout): (usize, Layout)) -> bool {
    let Some(marked) = state.busy_from(at_most, Busy::Hook) else {
        return false;
    };
    // What changes a block while a value is shown is not the frame: nothing began there, and no rule is broken.
    let shown = marked.during(Busy::Value);
    let top = if shown { Top::NONE } else { state.top.get() };
    // Before a block's end, while it can still be found; after its beginning, for the same reason.
    match kind {
        _ if shown => {}
        Kind::Free => violations::note(state, Broken::Free, (addr, layout.size())),
        Kind::Reallocating => violations::note(state, Broken::Realloc, (addr, layout.size())),
        _ => {}
    }
    // The exponent of a power of two in a usize is below 64.
    let exponent = layout.align().trailing_zeros().to_le_bytes()[0];
    let statement = if top.frame == 0 { u32::MAX } else { top.statement };
    state.record(Head::new(kind).extra(exponent).detail(statement), |to| {
        to.push(top.frame);
        to.push(addr as u64);
        to.push(layout.size() as u64);
    });
    if kind == Kind::Alloc {
        violations::note(state, Broken::Alloc, (addr, layout.size()));
    }
    true
}
