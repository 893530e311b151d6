//! Activations of traced bodies.

use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::sync::atomic::Ordering;

use crate::record::How;
use crate::site::{Function, StackOnly};

use super::epoch::Order;
use super::numbers::how_number;
use super::thread::{Busy, State, Top, with};
use super::violations::{self, Link, Watched};
use super::word::{DELTA_1, DEPTH, FUNCTION, HIGH, Kind, low};
use super::{NON_LIFO, Phase, READER, describe, is_on, left, phase, recorded, spans};

/// In place of a frame's name: the function is not traced.
const MUTED: u64 = u64::MAX;

/// What was on top of a thread before a frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct Before {
    top: Top,
    /// Written if the frame watches.
    watched: MaybeUninit<Watched>,
}

impl Before {
    pub(super) const NOTHING: Self = Self { top: Top::NONE, watched: MaybeUninit::uninit() };
}

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
    before: MaybeUninit<Before>,
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
    let before = unsafe { frame.before.assume_init_ref() };
    exit_for(frame.id, before, How::Return);
}

/// A traced body starts.
#[inline(never)]
pub(crate) fn enter(
    function: &'static Function,
    path: fn() -> &'static str,
    rule: Option<&'static StackOnly>,
) -> Frame {
    let mut frame = Frame::off();
    frame.id = enter_for(function, path, rule, &mut frame.before);
    frame
}

/// A frame starts on top of the running thread: its name, and, unless that is 0 because nothing is recorded, what was on
/// top, in `before`.
#[inline]
pub(super) fn enter_for(
    function: &'static Function,
    path: fn() -> &'static str,
    rule: Option<&'static StackOnly>,
    before: &mut MaybeUninit<Before>,
) -> u64 {
    if phase() != Phase::Recording {
        return 0;
    }
    let id = with(|state| {
        state.attach();
        match state.busy(Busy::Hook) {
            Some(_busy) => begin(state, (function, path), rule, before),
            None => 0,
        }
    });
    if id != 0 && id != MUTED {
        recorded();
        spans::entered(id, function, path);
    }
    id
}

#[inline]
fn begin(
    state: &State,
    (function, path): (&'static Function, fn() -> &'static str),
    rule: Option<&'static StackOnly>,
    before: &mut MaybeUninit<Before>,
) -> u64 {
    let Some(described) = describe::function(function, path, rule.is_some()) else {
        before.write(mute(state));
        return MUTED;
    };
    let below = state.top.get();
    let here = 0_u8;
    let addr = (&raw const here).addr();
    state.record(below.frame, Order::Own, move |to, _| {
        if let Some(depth) = state.depth(addr) {
            to.push(Kind::Enter as u64 | FUNCTION.put(described) | DEPTH.put(depth));
        } else {
            to.push(Kind::EnterFar as u64 | FUNCTION.put(described));
            to.push(addr as u64);
        }
    });
    let id = state.enters();
    state.told.set(id);
    let top = Top { frame: id, function: low(described), panicking: std::thread::panicking(), ..Top::NONE };
    before.write(put_on_top(state, (below, top), Link { function, path, statement: u32::MAX }, rule));
    id
}

/// Puts a frame on top of what is below.
#[inline]
fn put_on_top(
    state: &State,
    (below, top): (Top, Top),
    link: Link,
    rule: Option<&'static StackOnly>,
) -> Before {
    let mut before = Before { top: below, watched: MaybeUninit::uninit() };
    let watches = below.watches || rule.is_some();
    if watches {
        let around = if below.watches { state.watched.get() } else { Watched::NONE };
        before.watched.write(around);
        state.watched.set(Watched::enter((&below, around), (top.frame, link), rule));
    }
    state.top.set(Top { depth: below.depth + 1, watches, ..top });
    before
}

/// A function that is not traced runs, on top of the frame that is there.
fn mute(state: &State) -> Before {
    let below = state.top.get();
    state.top.set(Top { depth: below.depth + 1, muted: true, ..below });
    Before { top: below, watched: MaybeUninit::new(state.watched.get()) }
}

/// A frame ends: by unwinding, or as `how` says.
#[inline]
pub(super) fn exit_for(id: u64, before: &Before, how: How) {
    if id == 0 {
        return;
    }
    let watched = with(|state| {
        // When nothing is recorded any more, frames that ended take no part in what others find.
        let _busy = state.busy(Busy::Hook)?;
        if id == MUTED {
            return leave(state, id, before).1;
        }
        let (top, watched) = leave(state, id, before);
        if phase() == Phase::Recording {
            let how = if top.unwinding() { How::Unwind } else { how };
            state.record_word(id, Kind::Exit, how_number(how), 0);
            state.told.set(before.top.frame);
        }
        watched
    });
    if id != MUTED {
        spans::exited(id);
        left(before.top.frame == 0);
    }
    if let Some(watched) = watched {
        watch_ended(watched, before.top.watches, how);
    }
}

/// Tells the reader when the outermost `stack_only` frame has ended, or left its thread.
#[cold]
fn watch_ended(watched: Watched, around: bool, how: How) {
    let Some(rule) = watched.rule.filter(|_| !around) else { return };
    if let Some(reader) = READER.get().filter(|_| violations::any() || !super::was_installed()) {
        let may_panic = how == How::Return && !std::thread::panicking();
        (reader.stack_only_ended)(may_panic, rule.test);
    }
}

/// Takes a frame off the thread: what was on top, and what was watched if it watches.
#[inline]
fn leave(state: &State, id: u64, before: &Before) -> (Top, Option<Watched>) {
    let top = state.top.get();
    if id != MUTED {
        if top.frame == id {
            end_drop_if_recording(state);
        } else {
            NON_LIFO.fetch_add(1, Ordering::Relaxed);
        }
    }
    let watched = top.watches.then(|| state.watched.get());
    // Where the thread is back at a frame below this one, it ends after its parent: nothing to go back to.
    if top.depth > before.top.depth {
        if before.top.watches {
            // SAFETY: on a frame that watches, every other one does: `put_on_top` or `mute` wrote it.
            state.watched.set(unsafe { before.watched.assume_init() });
        }
        state.top.set(before.top);
    }
    (top, watched)
}

/// Puts the suspended frame of a future back on top of the running thread: what was there before.
#[inline(never)]
pub(super) fn resume(top: Top, link: Link, rule: Option<&'static StackOnly>) -> Before {
    if top.frame == 0 {
        return Before::NOTHING;
    }
    let before = with(|state| {
        if top.frame == MUTED {
            return mute(state);
        }
        let below = state.top.get();
        if phase() == Phase::Recording {
            state.attach();
            if let Some(_busy) = state.busy(Busy::Hook) {
                let here = 0_u8;
                let addr = (&raw const here).addr() as u64;
                state.record(below.frame, Order::Begins, move |to, delta| {
                    to.push(Kind::Resume as u64 | DELTA_1.put(delta));
                    to.push(top.frame);
                    to.push(addr);
                });
                state.told.set(top.frame);
            }
        }
        put_on_top(state, (below, Top { panicking: std::thread::panicking(), ..top }), link, rule)
    });
    recorded();
    spans::resumed(top.frame);
    before
}

/// Takes the frame of a future off the thread, to be put back when it is polled again.
#[inline(never)]
pub(super) fn suspend(id: u64, before: &Before) -> Top {
    if id == 0 {
        return Top::NONE;
    }
    let (top, watched) = with(|state| {
        let Some(_busy) = state.busy(Busy::Hook) else {
            return (state.top.replace(before.top), None);
        };
        let (top, watched) = leave(state, id, before);
        if id != MUTED && phase() == Phase::Recording {
            let statement = HIGH.put(top.statement.into());
            state.record(id, Order::Ends, move |to, delta| {
                to.push(Kind::Suspend as u64 | DELTA_1.put(delta) | statement);
            });
            state.told.set(before.top.frame);
        }
        (top, watched)
    });
    recorded();
    spans::suspended(id);
    if let Some(watched) = watched {
        watch_ended(watched, before.top.watches, How::Return);
    }
    if top.frame == id { Top { dropping: None, ..top } } else { Top { frame: id, ..Top::NONE } }
}

#[inline]
fn end_drop_if_recording(state: &State) {
    if phase() == Phase::Recording {
        state.end_drop();
    }
}

/// Does `work` in the frame on top, if one is active and recorded.
#[inline]
pub(super) fn on_top(work: impl FnOnce(&State, Top)) {
    if phase() != Phase::Recording {
        return;
    }
    with(|state| {
        let top = state.top.get();
        if top.frame == 0 || top.muted {
            return;
        }
        if let Some(_busy) = state.busy(Busy::Hook) {
            work(state, top);
        }
    });
}

/// The same, for what records nothing itself: the thread is not marked as busy.
#[inline]
fn unrecorded(work: impl FnOnce(&State, Top)) {
    if phase() != Phase::Recording {
        return;
    }
    with(|state| {
        let top = state.top.get();
        if top.frame != 0 && !top.muted && state.is_idle() {
            work(state, top);
        }
    });
}

/// Ends the drop that is open, if one is, where the thread is not marked as busy.
#[inline]
fn end_drop(state: &State) {
    if state.top.get().dropping.is_some() {
        let _busy = state.busy(Busy::Hook);
        state.end_drop();
    }
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
    unrecorded(|state, _| {
        end_drop(state);
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
    unrecorded(|_, top| (frame, statement) = (top.frame, top.statement));
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
    unrecorded(|state, top| {
        if top.frame == scope.frame {
            end_drop(state);
            state.top.set(Top { statement: scope.statement, ..state.top.get() });
        }
    });
}
