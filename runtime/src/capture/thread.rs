//! What capture knows of the running thread: its lane, and the frame on top.

use std::cell::Cell;
use std::sync::atomic::{AtomicU8, AtomicU32, Ordering, compiler_fence};

use crate::record::Reason;

use super::lane::{self, Lane, Writer};
use super::violations::Watched;
use super::word::{Head, Kind, TEXT};
use super::{SKIPPED, sys};

/// What the tracer is doing on this thread. The higher, the less is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Busy {
    /// Nothing: the program runs.
    Idle,
    /// A value's `Debug` runs for us, or the message of a panic is written: only the end of blocks is recorded.
    Value,
    /// A record is being written.
    Hook,
    /// Reports are made; what they allocate is no business of the program.
    Cold,
}

/// What is dropped: an entry in the description of the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dropped {
    /// A local.
    Local(u32),
    /// A temporary, or what a place holds.
    Unnamed(u32),
}

/// The frame on top of a thread, and where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Top {
    /// Its number; 0 if no traced frame is active.
    pub(super) frame: u64,
    /// Its statement, `u32::MAX` before the first.
    pub(super) statement: u32,
    /// The number its next local gets.
    pub(super) next_slot: u32,
    /// The drop that was announced and has not been seen to end.
    pub(super) dropping: Option<Dropped>,
    /// Whether the thread was already unwinding when the frame began.
    pub(super) panicking: bool,
    /// How many watched temporaries of it are alive.
    pub(super) temporaries: u8,
    /// What became of them: see `temporary::Fate`.
    pub(super) taken: u64,
    /// The `stack_only` function that it is, or runs in.
    pub(super) watched: Watched,
}

impl Top {
    pub(super) const NONE: Self = Self {
        frame: 0,
        statement: u32::MAX,
        next_slot: 0,
        dropping: None,
        panicking: false,
        temporaries: 0,
        taken: 0,
        watched: Watched::NONE,
    };

    /// Whether the frame unwinds.
    pub(super) fn unwinding(&self) -> bool {
        std::thread::panicking() && !self.panicking
    }

    /// Why what ends now is dropped.
    pub(super) fn reason(&self) -> Reason {
        if self.unwinding() { Reason::Unwind } else { Reason::ScopeEnd }
    }
}

/// See the module. No destructor, so it is there in every phase of a thread's life.
pub(super) struct State {
    busy: AtomicU8,
    /// The thread's lane if it owns one, else the one it used last.
    lane: Cell<Option<&'static Lane>>,
    owned: Cell<bool>,
    named: Cell<bool>,
    number: Cell<u32>,
    pub(super) top: Cell<Top>,
    /// The innermost suspended future that is being dropped: its `future::Begin`.
    pub(super) dropped_future: Cell<*const ()>,
}

thread_local! {
    static STATE: State = const {
        State {
            busy: AtomicU8::new(Busy::Idle as u8),
            lane: Cell::new(None),
            owned: Cell::new(false),
            named: Cell::new(false),
            number: Cell::new(0),
            top: Cell::new(Top::NONE),
            dropped_future: Cell::new(std::ptr::null()),
        }
    };
    /// Touched by the first frame of a thread, for its destructor.
    static END: End = const { End };
}

static THREADS: AtomicU32 = AtomicU32::new(0);

struct End;

impl Drop for End {
    fn drop(&mut self) {
        with(State::detach);
    }
}

/// The state of the running thread.
pub(super) fn with<R>(work: impl FnOnce(&State) -> R) -> R {
    STATE.with(work)
}

/// Runs `work` with the running thread marked as busy with reports; `None` if it is busy already.
pub(crate) fn cold<R>(work: impl FnOnce() -> R) -> Option<R> {
    with(|state| {
        let _busy = state.busy(Busy::Cold)?;
        Some(work())
    })
}

/// As [`cold`], for a value's own code, and the message of a panic.
pub(crate) fn value<R>(work: impl FnOnce() -> R) -> Option<R> {
    with(|state| {
        let _busy = state.busy(Busy::Value)?;
        Some(work())
    })
}

/// Marks the thread as busy until it is dropped.
pub(super) struct Marked<'a> {
    state: &'a State,
    before: u8,
}

impl Marked<'_> {
    /// Whether the thread was busy with `what` before.
    pub(super) fn during(&self, what: Busy) -> bool {
        self.before == what as u8
    }
}

impl Drop for Marked<'_> {
    fn drop(&mut self) {
        compiler_fence(Ordering::SeqCst);
        self.state.busy.store(self.before, Ordering::Relaxed);
    }
}

impl State {
    /// Marks an idle thread as busy with `what`.
    pub(super) fn busy(&self, what: Busy) -> Option<Marked<'_>> {
        self.busy_from(Busy::Idle, what)
    }

    /// Marks a thread as busy with `what`, if it is not busy with more than `at_most`.
    /// A record that comes while another one is written (from a signal handler) is counted.
    pub(super) fn busy_from(&self, at_most: Busy, what: Busy) -> Option<Marked<'_>> {
        let before = self.busy.load(Ordering::Relaxed);
        if before > at_most as u8 {
            if before == Busy::Hook as u8 {
                SKIPPED.fetch_add(1, Ordering::Relaxed);
            }
            return None;
        }
        self.busy.store(what as u8, Ordering::Relaxed);
        compiler_fence(Ordering::SeqCst);
        Some(Marked { state: self, before })
    }

    /// Writes a record. The thread must be marked as busy.
    pub(super) fn record(&self, head: Head, payload: impl FnOnce(&mut Writer<'_>)) {
        if super::scope::is_muted() {
            return;
        }
        let owned = self.owned.get();
        let hint = self.lane.get();
        let Some(lane) = (if owned { hint } else { lane::take(hint) }) else {
            return lane::lose();
        };
        lane.write(self.number(), head, payload);
        if !owned {
            self.lane.set(Some(lane));
            lane.release();
        }
    }

    /// Writes a record of one frame.
    pub(super) fn record_of(&self, frame: u64, head: Head) {
        self.record(head, |to| to.push(frame));
    }

    /// The thread's number, from 1.
    fn number(&self) -> u32 {
        if self.number.get() == 0 {
            self.number.set(THREADS.fetch_add(1, Ordering::Relaxed) + 1);
        }
        self.number.get()
    }

    /// Before a frame: ends the drop that is open, if one is.
    pub(super) fn end_drop(&self) {
        let top = self.top.get();
        if top.dropping.is_some() {
            self.top.set(Top { dropping: None, ..top });
            self.record_of(top.frame, Head::new(Kind::Dropped));
        }
    }

    /// Gives the thread a lane of its own and records its name, before its first frame.
    pub(super) fn attach(&self) {
        if self.named.get() {
            return;
        }
        let Some(_busy) = self.busy(Busy::Cold) else { return };
        self.named.set(true);
        // In a thread that is ending, nobody would give the lane back: it borrows one each time.
        let living = END.try_with(|_| ()).is_ok();
        if living {
            self.lane.set(lane::take(None));
            self.owned.set(self.lane.get().is_some());
        }
        let stack = sys::stack();
        let current = living.then(std::thread::current);
        let name = current.as_ref().and_then(std::thread::Thread::name);
        self.record(Head::new(Kind::Thread).extra(u8::from(name.is_some())), |to| {
            to.push(stack.start as u64);
            to.push(stack.end as u64);
            to.text(cut(name.unwrap_or_default()));
        });
    }

    /// The thread ends: what it still writes goes through borrowed lanes.
    fn detach(&self) {
        let Some(_busy) = self.busy(Busy::Hook) else {
            return;
        };
        if super::phase() == super::Phase::Recording {
            self.record(Head::new(Kind::ThreadEnd), |_| ());
        }
        if self.owned.replace(false) {
            self.lane.get().inspect(|lane| lane.release());
        }
    }
}

/// The part of a text that fits into a record.
fn cut(text: &str) -> &str {
    let end = (0..=TEXT.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
    text.get(..end.unwrap_or(0)).unwrap_or_default()
}
