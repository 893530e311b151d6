//! Activations of `async` bodies: one frame for each future, entered at every poll.
//!
//! Nothing of a frame stays on a thread while its future is suspended, so a future may go on elsewhere. What is known of
//! the frame then is in a place of its own ([`pool`](super::pool)), and the future has the number of that.

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;
use std::panic::UnwindSafe;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::record::How;
use crate::site::{Function, StackOnly};

use super::frame::{self, Before};
use super::pool::{Number, Pool};
use super::thread::{State as Thread, Top, with};
use super::violations::Link;
use super::{Phase, lane, phase};

/// What is known of the frames of futures that have not ended.
static FRAMES: Pool<Known> = Pool::new();

/// What is known of the frame of a future.
struct Known {
    function: &'static Function,
    path: fn() -> &'static str,
    rule: Option<&'static StackOnly>,
    state: Cell<State>,
    /// Its name, and what was below it when it was put on top of a thread; 0 if there is none.
    frame: Cell<u64>,
    before: Cell<Before>,
    /// What was on top of the thread when it was taken away.
    top: Cell<Top>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Not polled yet: there is no frame.
    New,
    /// On top of a thread.
    Running,
    /// Between two polls.
    Suspended,
    /// As [`Running`](Self::Running), while what the future holds is dropped.
    Cancelled,
}

impl Known {
    /// Puts the frame on top of the running thread.
    fn go_on(&self) {
        let mut before = Before::NOTHING;
        match self.state.get() {
            State::New => {
                self.frame.set(frame::start(self.function, self.path, self.rule, &mut before));
            }
            State::Suspended if self.frame.get() != 0 => {
                let top = self.top.get();
                let link = Link { function: self.function, path: self.path, statement: top.statement };
                frame::resume(top, link, self.rule, &mut before);
            }
            State::Suspended | State::Running | State::Cancelled => return,
        }
        self.state.set(State::Running);
        self.before.set(before);
    }

    /// Takes it away again.
    fn suspend(&self) {
        self.top.set(frame::suspend(self.frame.get(), &self.before.get()));
        self.state.set(State::Suspended);
    }

    /// The future is dropped. If it is suspended, the frame goes on with that.
    fn cancel(&self) {
        if self.state.get() == State::Suspended {
            self.go_on();
            self.state.set(State::Cancelled);
        }
    }

    /// Ends the frame, if there is one.
    fn end(&self) {
        let how = match self.state.get() {
            State::New => return,
            State::Running | State::Suspended => How::Return,
            State::Cancelled => How::Cancelled,
        };
        frame::exit(self.frame.get(), &self.before.get(), how);
    }
}

/// Makes room for what is to be known of a frame. The number of that goes with the future: who can change that may use it.
#[inline(never)]
fn new(function: &'static Function, path: fn() -> &'static str, rule: Option<&'static StackOnly>) -> Number {
    if phase() != Phase::Recording {
        return Number::NONE;
    }
    let (state, frame) = (Cell::new(State::New), Cell::new(0));
    let (before, top) = (Cell::new(Before::NOTHING), Cell::new(Top::NONE));
    let known = Known { function, path, rule, state, frame, before, top };
    let number = with(|thread| {
        let _busy = thread.hook()?;
        FRAMES.put(&thread.frames, known).inspect_err(|_| lane::lose()).ok()
    });
    number.unwrap_or(Number::NONE)
}

/// Does `work` with what is known of a frame, if anything is.
#[inline]
fn on(number: Number, work: fn(&Known)) {
    if !number.is_none() {
        // SAFETY: `new` has it from `put`. It is one future's, which lends it to one caller at a time, and is forgotten
        // in `end`.
        work(unsafe { FRAMES.get(number) });
    }
}

/// Ends a frame, and forgets it.
#[inline]
fn end(number: &mut Number) {
    let number = std::mem::replace(number, Number::NONE);
    if !number.is_none() {
        ended(number);
    }
}

#[inline(never)]
fn ended(number: Number) {
    // SAFETY: as in `on`; the number is forgotten.
    let known = unsafe { FRAMES.remove(number) };
    known.end();
    with(|thread: &Thread| {
        // Otherwise it is lost: nobody else has the number.
        if let Some(_busy) = thread.hook() {
            FRAMES.give(&thread.frames, number);
        }
    });
}

/// Leaves the places of a thread that ends to others.
pub(super) fn leave(thread: &Thread) {
    FRAMES.leave(&thread.frames);
}

/// The frame of an `async` body, which ends where this is dropped: what the body awaits is [`Awaited`].
#[must_use = "the frame ends when this is dropped"]
#[derive(Debug)]
pub struct AsyncFrame {
    number: Number,
}

impl AsyncFrame {
    /// A frame of which nothing is recorded.
    #[inline]
    pub(crate) const fn off() -> Self {
        Self { number: Number::NONE }
    }
}

/// The body of a future starts.
pub(crate) fn enter(
    function: &'static Function,
    path: fn() -> &'static str,
    rule: Option<&'static StackOnly>,
) -> AsyncFrame {
    let number = new(function, path, rule);
    on(number, Known::go_on);
    AsyncFrame { number }
}

impl Drop for AsyncFrame {
    #[inline]
    fn drop(&mut self) {
        end(&mut self.number);
    }
}

/// A future that a body awaits: whenever it is not ready, the body's frame leaves the thread.
///
/// It stays where the body has pinned it: one more layer around each that is awaited would double the types that the
/// compiler looks through. What lies in the body's own future is packed, to be as small as possible.
#[must_use = "futures do nothing unless polled"]
#[repr(Rust, packed)]
pub struct Awaited<'a, F> {
    future: *mut F,
    /// That of the body's frame.
    number: Number,
    borrows: PhantomData<(Pin<&'a mut F>, &'a mut AsyncFrame)>,
}

// SAFETY: it stands for a reference to the future, which may be sent if that may.
unsafe impl<F: Send> Send for Awaited<'_, F> {}

// SAFETY: nothing is done with a shared one; and what it stands for may be shared if the future may.
unsafe impl<F: Sync> Sync for Awaited<'_, F> {}

// It is as if the body held the future itself.
impl<F: UnwindSafe> UnwindSafe for Awaited<'_, F> {}

impl<F> fmt::Debug for Awaited<'_, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Awaited").finish_non_exhaustive()
    }
}

/// Awaits a future in the body of a frame.
#[inline]
pub(crate) fn awaited<'a, F>(frame: &'a mut AsyncFrame, future: Pin<&'a mut F>) -> Awaited<'a, F> {
    // SAFETY: it is only pinned again.
    let future = unsafe { future.get_unchecked_mut() };
    Awaited { future, number: frame.number, borrows: PhantomData }
}

impl<F: Future> Future for Awaited<'_, F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let Self { future, number, .. } = *self;
        // SAFETY: `awaited` has it from a reference, which this has borrowed for as long as it is there.
        let future = unsafe { &mut *future };
        // SAFETY: that reference was pinned.
        let future = unsafe { Pin::new_unchecked(future) };
        on(number, Known::go_on);
        let result = future.poll(cx);
        if result.is_pending() {
            on(number, Known::suspend);
        }
        result
    }
}

impl<F> Drop for Awaited<'_, F> {
    /// Resumes the frame: this is the first thing that a suspended body drops.
    #[inline]
    fn drop(&mut self) {
        on(self.number, Known::cancel);
    }
}

/// A future whose polls, and whose drop if it is unfinished, run inside a frame of their own.
///
/// It has no `Drop` of its own: the compiler would take every borrow in it for one that is needed to the end. Its
/// fields are dropped in their order, so the one before the future goes on with the frame, and the one behind ends
/// it.
#[must_use = "futures do nothing unless polled"]
#[derive(Debug)]
pub(crate) struct Traced<F> {
    begin: Begin,
    /// Pinned with the whole: never moved after the first poll.
    future: F,
    end: End,
}

/// Goes on with the frame of an unfinished future that is dropped.
#[derive(Debug)]
struct Begin(Number);

/// Ends the frame of an unfinished future that is dropped.
#[derive(Debug)]
struct End(Number);

/// While the future is polled.
struct Running<'a> {
    begin: &'a mut Begin,
    end: &'a mut End,
    number: Number,
}

/// A future for `future`, in a frame of `function`.
pub(crate) fn future<F>(
    function: &'static Function,
    path: fn() -> &'static str,
    rule: Option<&'static StackOnly>,
    future: F,
) -> Traced<F> {
    let number = new(function, path, rule);
    Traced { begin: Begin(number), future, end: End(number) }
}

impl<'a> Running<'a> {
    fn start(begin: &'a mut Begin, end: &'a mut End) -> Self {
        let number = begin.0;
        on(number, Known::go_on);
        // Until something else is known: a panic leaves it like this.
        (begin.0, end.0) = (Number::NONE, Number::NONE);
        Self { begin, end, number }
    }

    fn suspend(self) {
        on(self.number, Known::suspend);
        (self.begin.0, self.end.0) = (self.number, self.number);
        std::mem::forget(self);
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        end(&mut self.number);
    }
}

impl<F: Future> Future for Traced<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        // SAFETY: `future` is not moved out of `this`, and nobody pins the other fields.
        let this = unsafe { self.get_unchecked_mut() };
        let running = Running::start(&mut this.begin, &mut this.end);
        // SAFETY: `this` was pinned, and `future` is only ever used where it is.
        let future = unsafe { Pin::new_unchecked(&mut this.future) };
        let result = future.poll(cx);
        if result.is_pending() {
            running.suspend();
        }
        result
    }
}

impl Drop for Begin {
    fn drop(&mut self) {
        on(self.0, Known::cancel);
    }
}

impl Drop for End {
    fn drop(&mut self) {
        end(&mut self.0);
    }
}
