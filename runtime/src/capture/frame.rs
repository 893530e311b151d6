//! Activations of traced bodies.

use std::marker::PhantomData;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::site::Function;

use super::thread::{Busy, State, Top, with};
use super::word::{Head, Kind};
use super::{NON_LIFO, Phase, READER, phase, recorded};

static FRAMES: AtomicU64 = AtomicU64::new(0);

/// A traced body runs until this is dropped.
///
/// It carries what was on top before, so that a guard that is never dropped costs nothing but its own
/// `exit`: the parent's restores what the parent found.
#[must_use = "the frame ends when this is dropped"]
#[derive(Debug)]
pub struct Frame {
    /// 0: nothing is recorded.
    id: u64,
    before: Top,
    /// Frames are of one thread.
    thread: PhantomData<*const ()>,
}

impl Frame {
    const NONE: Self = Self { id: 0, before: Top::NONE, thread: PhantomData };
}

impl Drop for Frame {
    fn drop(&mut self) {
        if self.id != 0 {
            with(|state| exit(state, self));
            if let Some(reader) = READER.get() {
                (reader.frame_ended)(self.before.frame == 0);
            }
        }
    }
}

/// A traced body starts.
#[inline(never)]
pub(crate) fn enter(function: &'static Function, path: fn() -> &'static str) -> Frame {
    let frame = with(|state| begin(state, function, path));
    if frame.id != 0 {
        recorded();
    }
    frame
}

fn begin(state: &State, function: &'static Function, path: fn() -> &'static str) -> Frame {
    if phase() != Phase::Recording {
        return Frame::NONE;
    }
    state.attach();
    let Some(_busy) = state.busy(Busy::Hook) else {
        return Frame::NONE;
    };
    let before = state.top.get();
    let id = FRAMES.fetch_add(1, Ordering::Relaxed) + 1;
    let frame = Frame { id, before, thread: PhantomData };
    state.record(Head::new(Kind::Enter), |to| {
        to.push(id);
        to.push(before.frame);
        to.push(std::ptr::from_ref(function).expose_provenance() as u64);
        to.push((path as *const ()).expose_provenance() as u64);
        to.push((&raw const frame).addr() as u64);
    });
    state.top.set(Top { frame: id, panicking: std::thread::panicking(), ..Top::NONE });
    frame
}

#[inline(never)]
fn exit(state: &State, frame: &Frame) {
    let Some(_busy) = state.busy(Busy::Hook) else {
        return;
    };
    let top = state.top.get();
    if top.frame == frame.id {
        end_drop_if_recording(state);
    } else {
        NON_LIFO.fetch_add(1, Ordering::Relaxed);
    }
    // An older frame on top means that this one ends after its parent: nothing to go back to.
    if top.frame >= frame.id {
        state.top.set(frame.before);
    }
    if phase() == Phase::Recording {
        let unwinding = std::thread::panicking() && !top.panicking;
        state.record_of(frame.id, Head::new(Kind::Exit).extra(u8::from(unwinding)));
    }
}

fn end_drop_if_recording(state: &State) {
    if phase() == Phase::Recording {
        state.end_drop();
    }
}

/// Does `work` in the frame on top, if one is active and recorded.
pub(super) fn on_top(work: impl FnOnce(&State, Top)) {
    if phase() != Phase::Recording {
        return;
    }
    with(|state| {
        let top = state.top.get();
        if top.frame == 0 {
            return;
        }
        if let Some(_busy) = state.busy(Busy::Hook) {
            work(state, top);
        }
    });
}

/// The frame on top goes on to `statement`.
#[inline(never)]
pub(crate) fn at(statement: u32) {
    on_top(|state, _| {
        state.end_drop();
        state.top.set(Top { statement, ..state.top.get() });
    });
}

/// A block runs until this is dropped; then the statement around it goes on.
#[derive(Debug)]
pub struct Scope {
    frame: u64,
    statement: u32,
}

/// A block starts.
#[inline(never)]
pub(crate) fn scope() -> Scope {
    let (mut frame, mut statement) = (0, 0);
    on_top(|_, top| (frame, statement) = (top.frame, top.statement));
    Scope { frame, statement }
}

impl Drop for Scope {
    fn drop(&mut self) {
        on_top(|state, top| {
            if top.frame == self.frame {
                state.end_drop();
                state.top.set(Top { statement: self.statement, ..state.top.get() });
            }
        });
    }
}
