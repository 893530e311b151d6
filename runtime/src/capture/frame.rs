//! Activations of traced bodies.

use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::record::How;
use crate::site::{Function, StackOnly};

use super::decode::how_number;
use super::thread::{Busy, State, Top, with};
use super::violations::{self, Link, Watched};
use super::word::{Head, Kind};
use super::{NON_LIFO, Phase, READER, describe, is_on, phase, recorded, spans};

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
    /// Written unless `id` is 0: with the trace off, a frame is one word.
    before: MaybeUninit<Top>,
    /// Frames are of one thread.
    thread: PhantomData<*const ()>,
}

impl Frame {
    /// Of a body of which nothing is recorded.
    #[inline]
    pub(crate) const fn off() -> Self {
        Self { id: 0, before: MaybeUninit::uninit(), thread: PhantomData }
    }
}

impl Drop for Frame {
    #[inline]
    fn drop(&mut self) {
        if self.id != 0 {
            ended(self);
        }
    }
}

#[inline(never)]
fn ended(frame: &Frame) {
    // SAFETY: only `enter` makes a frame whose number is not 0, and it writes `before`.
    let before = unsafe { frame.before.assume_init() };
    exit_for(frame.id, before, How::Return);
}

/// A traced body starts.
#[inline(never)]
pub(crate) fn enter(
    function: &'static Function,
    path: fn() -> &'static str,
    rule: Option<&'static StackOnly>,
) -> Frame {
    let (id, before) = enter_for(function, path, rule);
    Frame { id, before: MaybeUninit::new(before), thread: PhantomData }
}

/// A frame starts on top of the running thread: its number (0 if nothing is recorded), and what was on top
/// before.
#[inline(never)]
pub(super) fn enter_for(
    function: &'static Function,
    path: fn() -> &'static str,
    rule: Option<&'static StackOnly>,
) -> (u64, Top) {
    let (id, before) = with(|state| begin(state, function, path, rule));
    if id != 0 {
        recorded();
        spans::entered(id, function, path);
    }
    (id, before)
}

fn begin(
    state: &State,
    function: &'static Function,
    path: fn() -> &'static str,
    rule: Option<&'static StackOnly>,
) -> (u64, Top) {
    if phase() != Phase::Recording {
        return (0, Top::NONE);
    }
    state.attach();
    let Some(_busy) = state.busy(Busy::Hook) else {
        return (0, Top::NONE);
    };
    let before = state.top.get();
    describe::function(function, path);
    let id = FRAMES.fetch_add(1, Ordering::Relaxed) + 1;
    state.record(Head::new(Kind::Enter), |to| {
        to.push(id);
        to.push(before.frame);
        to.push(std::ptr::from_ref(function).expose_provenance() as u64);
        to.push((path as *const ()).expose_provenance() as u64);
        to.push((&raw const before).addr() as u64);
    });
    let watched = Watched::enter(&before, (id, Link { function, path, statement: u32::MAX }), rule);
    state.top.set(Top { frame: id, panicking: std::thread::panicking(), watched, ..Top::NONE });
    (id, before)
}

/// A frame ends: by unwinding, or as `how` says.
pub(super) fn exit_for(id: u64, before: Top, how: How) {
    if id != 0 {
        let watched = with(|state| exit(state, id, before, how));
        spans::exited(id);
        let Some(reader) = READER.get() else { return };
        (reader.frame_ended)(before.frame == 0);
        watch_ended(watched, before, how);
    }
}

/// Tells the reader when the outermost `stack_only` frame has ended, or left its thread.
fn watch_ended(watched: Watched, before: Top, how: How) {
    let (Some(rule), None) = (watched.rule, before.watched.rule) else { return };
    if let Some(reader) = READER.get().filter(|_| violations::any() || !super::was_installed()) {
        let may_panic = how == How::Return && !std::thread::panicking();
        (reader.stack_only_ended)(may_panic, rule.test);
    }
}

#[inline(never)]
fn exit(state: &State, id: u64, before: Top, how: How) -> Watched {
    let Some(_busy) = state.busy(Busy::Hook) else {
        return Watched::NONE;
    };
    let top = leave(state, id, before);
    if phase() == Phase::Recording {
        let how = if top.unwinding() { How::Unwind } else { how };
        state.record_of(id, Head::new(Kind::Exit).extra(how_number(how)));
    }
    top.watched
}

/// Takes a frame off the thread: what was on top.
fn leave(state: &State, id: u64, before: Top) -> Top {
    let top = state.top.get();
    if top.frame == id {
        end_drop_if_recording(state);
    } else {
        NON_LIFO.fetch_add(1, Ordering::Relaxed);
    }
    // An older frame on top means that this one ends after its parent: nothing to go back to.
    if top.frame >= id {
        state.top.set(before);
    }
    top
}

/// Puts the suspended frame of a future back on top of the running thread: what was there before.
#[inline(never)]
pub(super) fn resume(top: Top, link: Link, rule: Option<&'static StackOnly>) -> Top {
    if top.frame == 0 {
        return Top::NONE;
    }
    let before = with(|state| {
        let before = state.top.get();
        if phase() == Phase::Recording {
            state.attach();
            if let Some(_busy) = state.busy(Busy::Hook) {
                let here = 0_u8;
                state.record(Head::new(Kind::Resume), |to| {
                    to.push(top.frame);
                    to.push(before.frame);
                    to.push((&raw const here).addr() as u64);
                });
            }
        }
        let watched = Watched::enter(&before, (top.frame, link), rule);
        state.top.set(Top { panicking: std::thread::panicking(), watched, ..top });
        before
    });
    recorded();
    spans::resumed(top.frame);
    before
}

/// Takes the frame of a future off the thread, to be put back when it is polled again.
#[inline(never)]
pub(super) fn suspend(id: u64, before: Top) -> Top {
    if id == 0 {
        return Top::NONE;
    }
    let top = with(|state| {
        let Some(_busy) = state.busy(Busy::Hook) else {
            return state.top.replace(before);
        };
        let top = leave(state, id, before);
        if phase() == Phase::Recording {
            state.record_of(id, Head::new(Kind::Suspend).detail(top.statement));
        }
        top
    });
    recorded();
    spans::suspended(id);
    watch_ended(top.watched, before, How::Return);
    if top.frame == id { Top { dropping: None, ..top } } else { Top { frame: id, ..Top::NONE } }
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
#[inline]
pub(crate) fn at(statement: u32) {
    if is_on() {
        goes_on(statement);
    }
}

#[inline(never)]
fn goes_on(statement: u32) {
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
#[inline]
pub(crate) fn scope() -> Scope {
    if is_on() { scope_here() } else { Scope { frame: 0, statement: 0 } }
}

#[inline(never)]
fn scope_here() -> Scope {
    let (mut frame, mut statement) = (0, 0);
    on_top(|_, top| (frame, statement) = (top.frame, top.statement));
    Scope { frame, statement }
}

impl Drop for Scope {
    #[inline]
    fn drop(&mut self) {
        if self.frame != 0 {
            scope_ended(self);
        }
    }
}

#[inline(never)]
fn scope_ended(scope: &Scope) {
    on_top(|state, top| {
        if top.frame == scope.frame {
            state.end_drop();
            state.top.set(Top { statement: scope.statement, ..state.top.get() });
        }
    });
}
