//! What capture knows of the running thread: its lane, and the frame on top.

use std::cell::Cell;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU8, AtomicU32, Ordering, compiler_fence};

use crate::record::Reason;

use super::decode::frame_of;
use super::epoch::Order;
use super::lane::{self, Lane, Writer, Writes};
use super::pool::Spare;
use super::violations::Watched;
use super::word::{EXTRA, HIGH, Kind, TEXT};
use super::{SKIPPED, describe, future, kept, scope, sys};

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
pub(crate) enum What {
    /// A local.
    Local(u32),
    /// A temporary, or what a place holds.
    Unnamed(u32),
}

/// [`What`], in 32 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dropped(NonZeroU32);

impl Dropped {
    #[inline]
    pub(super) fn local(index: u32) -> Self {
        Self(NonZeroU32::MIN.saturating_add(index << 1))
    }

    #[inline]
    pub(super) fn unnamed(index: u32) -> Self {
        Self(NonZeroU32::MIN.saturating_add(index << 1 | 1))
    }

    pub(crate) fn what(self) -> What {
        let number = self.0.get() - 1;
        if number & 1 == 0 { What::Local(number >> 1) } else { What::Unnamed(number >> 1) }
    }
}

/// The frame on top of a thread, and where it stands. It is copied for each frame: the order of its fields leaves no gaps.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub(super) struct Top {
    /// Its name: see `decode::frame_of`; 0 if no traced frame is active.
    pub(super) frame: u64,
    /// What became of its watched temporaries: see `temporary::Fate`.
    pub(super) taken: u64,
    /// The number of its function: see `describe`.
    pub(super) function: u32,
    /// How many frames are below it on this thread.
    pub(super) depth: u32,
    /// Its statement, `u32::MAX` before the first.
    pub(super) statement: u32,
    /// The number its next local gets.
    pub(super) next_slot: u32,
    /// The drop that was announced and has not been seen to end.
    pub(super) dropping: Option<Dropped>,
    /// How many watched temporaries of it are alive.
    pub(super) temporaries: u8,
    /// Whether a function that is not traced runs on top of it: what its locals do is not recorded.
    pub(super) muted: bool,
    /// Whether the thread was already unwinding when the frame began.
    pub(super) panicking: bool,
    /// Whether it is a `stack_only` function, or runs in one: see `State::watched`.
    pub(super) watches: bool,
}

impl Top {
    pub(super) const NONE: Self = Self {
        frame: 0,
        function: 0,
        depth: 0,
        muted: false,
        statement: u32::MAX,
        next_slot: 0,
        dropping: None,
        panicking: false,
        temporaries: 0,
        taken: 0,
        watches: false,
    };

    /// Its body, and what gives the body's path.
    pub(super) fn body(&self) -> Option<describe::Body> {
        describe::body(self.function.into()).filter(|_| self.frame != 0)
    }

    /// Whether the frame unwinds.
    #[inline]
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
    named: Cell<bool>,
    /// The thread's own lane.
    lane: Cell<Option<&'static Lane>>,
    /// Of a thread without one: the lane it used last.
    borrowed: Cell<Option<&'static Lane>>,
    /// The `stack_only` function that the frame on top is, or runs in, if its `watches` is set.
    pub(super) watched: Cell<Watched>,
    number: Cell<u32>,
    /// How many frames began here.
    entered: Cell<u64>,
    /// The frame that the reader takes to be on top.
    pub(super) told: Cell<u64>,
    /// Where its stack ends.
    pub(super) stack_end: Cell<usize>,
    pub(super) top: Cell<Top>,
    /// Places for what suspended futures leave behind.
    pub(super) frames: Cell<Spare>,
    pub(super) guards: Cell<Spare>,
}

thread_local! {
    static STATE: State = const {
        State {
            busy: AtomicU8::new(Busy::Idle as u8),
            named: Cell::new(false),
            lane: Cell::new(None),
            borrowed: Cell::new(None),
            watched: Cell::new(Watched::NONE),
            number: Cell::new(0),
            entered: Cell::new(0),
            told: Cell::new(0),
            stack_end: Cell::new(0),
            top: Cell::new(Top::NONE),
            frames: Cell::new(Spare::NONE),
            guards: Cell::new(Spare::NONE),
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
#[inline]
pub(super) fn with<R>(work: impl FnOnce(&State) -> R) -> R {
    let state = STATE.with(std::ptr::from_ref);
    // SAFETY: it is there as long as the thread: it has no destructor. `State` is not `Sync`, so the reference does not
    // leave the running thread.
    work(unsafe { &*state })
}

/// Runs `work` with the running thread marked as busy with reports; `None` if it is busy already.
pub(crate) fn cold<R>(work: impl FnOnce() -> R) -> Option<R> {
    with(|state| {
        let _busy = state.busy(Busy::Cold)?;
        Some(work())
    })
}

/// As [`cold`], while a record is being written.
pub(super) fn cold_in_hook(work: impl FnOnce()) {
    with(|state| {
        let _busy = state.busy_from(Busy::Hook, Busy::Cold);
        work();
    });
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
    #[inline]
    pub(super) fn during(&self, what: Busy) -> bool {
        self.before == what as u8
    }
}

impl Drop for Marked<'_> {
    #[inline]
    fn drop(&mut self) {
        compiler_fence(Ordering::SeqCst);
        self.state.busy.store(self.before, Ordering::Relaxed);
    }
}

/// Counts a record that comes while another one is written: from a signal handler.
#[cold]
fn refuse(busy: u8) {
    if busy == Busy::Hook as u8 {
        SKIPPED.fetch_add(1, Ordering::Relaxed);
    }
}

impl State {
    /// Whether the program runs.
    #[inline]
    pub(super) fn is_idle(&self) -> bool {
        self.busy.load(Ordering::Relaxed) == Busy::Idle as u8
    }

    /// Marks an idle thread as busy with a record: as [`busy`](Self::busy), but that nothing is counted where it is not.
    #[inline]
    pub(super) fn hook(&self) -> Option<Marked<'_>> {
        self.is_idle().then(|| self.mark(Busy::Idle as u8, Busy::Hook))
    }

    #[inline]
    fn mark(&self, before: u8, what: Busy) -> Marked<'_> {
        self.busy.store(what as u8, Ordering::Relaxed);
        compiler_fence(Ordering::SeqCst);
        Marked { state: self, before }
    }

    /// Marks an idle thread as busy with `what`.
    #[inline]
    pub(super) fn busy(&self, what: Busy) -> Option<Marked<'_>> {
        self.busy_from(Busy::Idle, what)
    }

    /// Marks a thread as busy with `what`, if it is not busy with more than `at_most`.
    #[inline]
    pub(super) fn busy_from(&self, at_most: Busy, what: Busy) -> Option<Marked<'_>> {
        let before = self.busy.load(Ordering::Relaxed);
        if before > at_most as u8 {
            refuse(before);
            return None;
        }
        Some(self.mark(before, what))
    }

    /// Writes a record of a frame (0: of none). The thread must be marked as busy. `payload` gets what to add to the
    /// key of the record before.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "most of it is known where it is called")]
    pub(super) fn record(&self, frame: u64, order: Order, payload: impl FnOnce(&mut Writer<'_>, u64)) {
        let own = self.lane.get();
        let Some(lane) = own.or_else(|| self.borrow()) else { return };
        lane.write(Writes { thread: &self.number, frame, told: &self.told }, order, payload);
        if own.is_none() {
            lane.release();
        }
    }

    /// The thread's own lane, if it has one.
    #[inline]
    pub(super) fn own_lane(&self) -> Option<&'static Lane> {
        self.lane.get()
    }

    /// A lane that is another thread's the next time.
    #[cold]
    #[inline(never)]
    fn borrow(&self) -> Option<&'static Lane> {
        if scope::is_muted() {
            return None;
        }
        self.number();
        let Some(lane) = lane::take(self.borrowed.get()) else {
            lane::lose();
            return None;
        };
        self.borrowed.set(Some(lane));
        Some(lane)
    }

    /// The number of a new slot of the frame on top.
    #[inline]
    pub(super) fn next_slot(&self) -> u32 {
        let top = self.top.get();
        self.top.set(Top { next_slot: top.next_slot.wrapping_add(1), ..top });
        top.next_slot
    }

    /// How far below the end of the thread's stack an address is, if that is a number of 32 bits.
    #[inline]
    pub(super) fn depth(&self, addr: usize) -> Option<u64> {
        let depth = self.stack_end.get().wrapping_sub(addr) as u64;
        HIGH.fits(depth).then_some(depth)
    }

    /// The name of a frame that begins here, as the reader is told.
    #[inline]
    pub(super) fn enters(&self) -> u64 {
        self.entered.set(self.entered.get() + 1);
        let name = frame_of(self.number.get(), self.entered.get());
        self.told.set(name);
        name
    }

    /// The thread's number, from 1.
    #[inline]
    fn number(&self) -> u32 {
        if self.number.get() == 0 {
            self.number.set(THREADS.fetch_add(1, Ordering::Relaxed) + 1);
        }
        self.number.get()
    }

    /// Gives the thread a lane of its own and records its name, before its first frame.
    #[inline]
    pub(super) fn attach(&self) {
        if !self.named.get() {
            self.begin();
        }
    }

    #[cold]
    fn begin(&self) {
        let Some(_busy) = self.busy(Busy::Cold) else { return };
        self.named.set(true);
        // In a thread that is ending, nobody would give the lane back: it borrows one each time.
        let living = END.try_with(|_| ()).is_ok();
        if living && !scope::is_muted() {
            self.lane.set(lane::take(None));
        }
        self.number();
        let stack = sys::stack();
        let current = living.then(std::thread::current);
        let name = current.as_ref().and_then(std::thread::Thread::name);
        self.stack_end.set(stack.end);
        self.record(0, Order::Begins, move |to, _| {
            to.push(Kind::Thread as u64 | EXTRA.put(name.is_some().into()));
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
            self.record(self.told.get(), Order::Own, |to, _| to.push(Kind::ThreadEnd as u64));
        }
        if let Some(lane) = self.lane.take() {
            lane.release();
        }
        future::leave(self);
        kept::leave(self);
    }
}

/// The part of a text that fits into a record.
fn cut(text: &str) -> &str {
    let end = (0..=TEXT.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
    text.get(..end.unwrap_or(0)).unwrap_or_default()
}
