//! Activations of traced bodies.

use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::sync::atomic::Ordering;

use crate::record::How;
use crate::site::{Function, StackOnly};

use super::epoch::Order;
use super::numbers::how_number;
use super::quick::{Quick, Slow, Way};
use super::thread::{Busy, State, Top, with};
use super::violations::{self, Link, Watched};
use super::word::{DELTA_1, DEPTH, FUNCTION, HIGH, Kind, low};
use super::{
    NON_LIFO, Phase, READER, describe, is_on, is_quick, left, phase, reads_at_roots, recorded, spans,
};

/// In place of a frame's name: the function is not traced.
const MUTED: u64 = u64::MAX;

/// What was on top of a thread before a frame. With the trace off, nothing of it is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Before {
    /// Written where the frame has a name.
    top: MaybeUninit<Top>,
    /// Written where it watches.
    watched: MaybeUninit<Watched>,
}

impl Before {
    pub(super) const NOTHING: Self = Self { top: MaybeUninit::uninit(), watched: MaybeUninit::uninit() };
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
    before: Before,
    /// Frames are of one thread.
    thread: PhantomData<*const ()>,
}

impl Frame {
    /// Of a body of which nothing is recorded.
    #[inline]
    pub(crate) const fn off() -> Self {
        Self { id: 0, before: Before::NOTHING, thread: PhantomData }
    }
}

/// A traced body starts.
#[inline(never)]
pub(crate) fn enter(function: &'static Function, path: fn() -> &'static str) -> Frame {
    match enter_quickly(path) {
        Some((id, below)) => {
            let before = Before { top: MaybeUninit::new(below), ..Before::NOTHING };
            Frame { id, before, thread: PhantomData }
        }
        None => enter_with(function, path, None),
    }
}

/// A frame of a known function starts: its name, and what was on top.
#[inline(always)]
#[expect(clippy::inline_always, reason = "it is most of the only caller")]
fn enter_quickly(path: fn() -> &'static str) -> Option<(u64, Top)> {
    if !is_quick() || std::thread::panicking() {
        return None;
    }
    with(|state| {
        let busy = state.hook()?;
        let below = state.top.get();
        if below.watches {
            return None;
        }
        let (described, is_traced) = describe::known_function(path)?;
        if !is_traced {
            // Nothing is written of it.
            state.top.set(Top { depth: below.depth + 1, muted: true, ..below });
            return Some((MUTED, below));
        }
        let here = 0_u8;
        let depth = state.depth((&raw const here).addr())?;
        let mut quick = Quick::of(state, busy, below.frame)?;
        quick.write(|to| to.push(enter_word(described, depth)));
        let id = state.enters();
        state.top.set(Top { frame: id, function: low(described), depth: below.depth + 1, ..Top::NONE });
        quick.commit();
        Some((id, below))
    })
}

/// As [`enter`], for a function that may have a rule.
#[cold]
#[inline(never)]
pub(crate) fn enter_with(
    function: &'static Function,
    path: fn() -> &'static str,
    rule: Option<&'static StackOnly>,
) -> Frame {
    let mut frame = Frame::off();
    frame.id = start(function, path, rule, &mut frame.before);
    frame
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
    if !ended_quickly(frame) {
        ended_slowly(frame);
    }
}

#[cold]
#[inline(never)]
fn ended_slowly(frame: &Frame) {
    exit(frame.id, &frame.before, How::Return);
}

/// Ends a frame that is on top, and returns.
#[inline(always)]
#[expect(clippy::inline_always, reason = "it is most of the only caller")]
fn ended_quickly(frame: &Frame) -> bool {
    if !is_quick() || std::thread::panicking() {
        return false;
    }
    with(|state| {
        let Some(busy) = state.hook() else { return false };
        let top = state.top.get();
        // SAFETY: only frames with a name are ended here, and who gave the name wrote this.
        let below = unsafe { frame.before.top.assume_init_ref() };
        if frame.id == MUTED {
            let is_common = top.muted && !top.watches && top.depth == below.depth + 1;
            if is_common {
                state.top.set(*below);
            }
            return is_common;
        }
        let is_common = top.frame == frame.id && !top.watches && !top.muted;
        if !is_common || (below.frame == 0 && reads_at_roots()) {
            return false;
        }
        let Some(mut quick) = Quick::of(state, busy, top.frame) else { return false };
        quick.end_drop();
        quick.write_word(Kind::Exit, how_number(How::Return), 0);
        state.told.set(below.frame);
        state.top.set(*below);
        quick.commit();
        true
    })
}

/// A frame starts on top of the running thread: its name, and, unless that is 0 because nothing is recorded, what was on
/// top, in `before`.
pub(super) fn start(
    function: &'static Function,
    path: fn() -> &'static str,
    rule: Option<&'static StackOnly>,
    before: &mut Before,
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

fn begin(
    state: &State,
    (function, path): (&'static Function, fn() -> &'static str),
    rule: Option<&'static StackOnly>,
    before: &mut Before,
) -> u64 {
    let Some(described) = describe::function(function, path, rule.is_some()) else {
        mute(state, before);
        return MUTED;
    };
    let here = 0_u8;
    let addr = (&raw const here).addr();
    state.record(state.top.get().frame, Order::Own, move |to, _| {
        if let Some(depth) = state.depth(addr) {
            to.push(enter_word(described, depth));
        } else {
            to.push(Kind::EnterFar as u64 | FUNCTION.put(described));
            to.push(addr as u64);
        }
    });
    let id = state.enters();
    let top = Top { frame: id, function: low(described), panicking: std::thread::panicking(), ..Top::NONE };
    put_on_top(state, top, Link { function, path, statement: u32::MAX }, rule, before);
    id
}

/// The record of a frame that starts near to the end of its stack.
#[inline]
fn enter_word(described: u64, depth: u64) -> u64 {
    Kind::Enter as u64 | FUNCTION.put(described) | DEPTH.put(depth)
}

/// Puts a frame on top of what is there, which is `before` then.
#[inline]
fn put_on_top(state: &State, top: Top, link: Link, rule: Option<&'static StackOnly>, before: &mut Before) {
    let below = state.top.get();
    before.top.write(below);
    let watches = below.watches || rule.is_some();
    if watches {
        watch(state, (top.frame, link), rule, before);
    }
    state.top.set(Top { depth: below.depth + 1, watches, ..top });
}

/// The frame that is to be put on top is watched.
#[cold]
#[inline(never)]
fn watch(state: &State, frame: (u64, Link), rule: Option<&'static StackOnly>, before: &mut Before) {
    let below = state.top.get();
    let around = if below.watches { state.watched.get() } else { Watched::NONE };
    before.watched.write(around);
    state.watched.set(Watched::enter((&below, around), frame, rule));
}

/// A function that is not traced runs, on top of the frame that is there.
#[inline(never)]
fn mute(state: &State, before: &mut Before) {
    let below = state.top.get();
    before.top.write(below);
    before.watched.write(state.watched.get());
    state.top.set(Top { depth: below.depth + 1, muted: true, ..below });
}

/// A frame ends: by unwinding, or as `how` says. `before` is what [`start`] or [`resume`] has written for it.
#[inline]
pub(super) fn exit(id: u64, before: &Before, how: How) {
    if id == 0 {
        return;
    }
    // SAFETY: who gave the frame its name wrote this.
    let below = unsafe { before.top.assume_init_ref() };
    let (outermost, around) = (below.frame == 0, below.watches);
    let watched = with(|state| {
        // When nothing is recorded any more, frames that ended take no part in what others find.
        let _busy = state.busy(Busy::Hook)?;
        let watched = watched(state);
        let top = leave(state, id, before);
        if id != MUTED && is_on() {
            let how = if top.unwinding() { How::Unwind } else { how };
            Slow { state, frame: id }.write_word(Kind::Exit, how_number(how), 0);
            state.told.set(below.frame);
        }
        watched
    });
    if id != MUTED {
        spans::exited(id);
        left(outermost);
    }
    if let Some(watched) = watched {
        watch_ended(&watched, around, how);
    }
}

/// What is watched, if the frame on top watches.
#[inline]
fn watched(state: &State) -> Option<Watched> {
    state.top.get().watches.then(|| state.watched.get())
}

/// Tells the reader when the outermost `stack_only` frame has ended, or left its thread.
#[cold]
fn watch_ended(watched: &Watched, around: bool, how: How) {
    let Some(rule) = watched.rule.filter(|_| !around) else { return };
    if let Some(reader) = READER.get().filter(|_| violations::any() || !super::was_installed()) {
        let may_panic = how == How::Return && !std::thread::panicking();
        (reader.stack_only_ended)(may_panic, rule.test);
    }
}

/// Takes a frame off the thread: what was on top.
#[inline]
fn leave(state: &State, id: u64, before: &Before) -> Top {
    if id != MUTED {
        if state.top.get().frame == id {
            end_drop_if_recording(state);
        } else {
            NON_LIFO.fetch_add(1, Ordering::Relaxed);
        }
    }
    let top = state.top.get();
    // SAFETY: who gave the frame its name wrote this.
    let below = unsafe { before.top.assume_init_ref() };
    // Where the thread is back at a frame below this one, it ends after its parent: nothing to go back to.
    if top.depth > below.depth {
        if below.watches {
            // SAFETY: on a frame that watches, every other one does: `watch` or `mute` wrote it.
            state.watched.set(unsafe { before.watched.assume_init() });
        }
        state.top.set(*below);
    }
    top
}

/// Puts the suspended frame of a future, which has a name, back on top of the running thread. What was there is `before`
/// then.
#[inline(never)]
pub(super) fn resume(top: Top, link: Link, rule: Option<&'static StackOnly>, before: &mut Before) {
    with(|state| {
        if top.frame == MUTED {
            return mute(state, before);
        }
        if is_on() {
            state.attach();
            if let Some(_busy) = state.busy(Busy::Hook) {
                let here = 0_u8;
                let addr = (&raw const here).addr() as u64;
                state.record(state.top.get().frame, Order::Begins, move |to, delta| {
                    to.push(Kind::Resume as u64 | DELTA_1.put(delta));
                    to.push(top.frame);
                    to.push(addr);
                });
                state.told.set(top.frame);
            }
        }
        put_on_top(state, Top { panicking: std::thread::panicking(), ..top }, link, rule, before);
    });
    recorded();
    spans::resumed(top.frame);
}

/// Takes the frame of a future off the thread, to be put back when it is polled again.
#[inline(never)]
pub(super) fn suspend(id: u64, before: &Before) -> Top {
    if id == 0 {
        return Top::NONE;
    }
    // SAFETY: who gave the frame its name wrote this.
    let below = unsafe { before.top.assume_init_ref() };
    let (top, watched) = with(|state| {
        let Some(_busy) = state.busy(Busy::Hook) else {
            return (state.top.replace(*below), None);
        };
        let watched = watched(state);
        let top = leave(state, id, before);
        if id != MUTED && is_on() {
            let statement = HIGH.put(top.statement.into());
            state.record(id, Order::Ends, move |to, delta| {
                to.push(Kind::Suspend as u64 | DELTA_1.put(delta) | statement);
            });
            state.told.set(below.frame);
        }
        (top, watched)
    });
    recorded();
    spans::suspended(id);
    if let Some(watched) = watched {
        watch_ended(&watched, below.watches, How::Return);
    }
    if top.frame == id { Top { dropping: None, ..top } } else { Top { frame: id, ..Top::NONE } }
}

#[inline]
fn end_drop_if_recording(state: &State) {
    if is_on() {
        Slow { state, frame: state.top.get().frame }.end_drop();
    }
}
