//! Activations of `async` bodies: one frame for each future, entered at every poll.
//!
//! Nothing of a frame stays on a thread while its future is suspended, so a future may go on elsewhere.

use std::cell::Cell;
use std::pin::Pin;
use std::ptr::from_ref;
use std::task::{Context, Poll};

use crate::record::How;
use crate::site::{Function, StackOnly};

use super::frame::{self, Before};
use super::thread::{Top, with};
use super::violations::Link;

/// A future whose polls, and whose drop if it is unfinished, run inside a frame of their own.
///
/// It has no `Drop` of its own: the compiler would take every borrow in it for one that is needed to the end. Its
/// fields are dropped in their order, so the one before the future goes on with the frame, and the one behind ends
/// it.
#[must_use = "futures do nothing unless polled"]
#[derive(Debug)]
pub struct Traced<F> {
    begin: Begin,
    /// Pinned with the whole: never moved after the first poll.
    future: F,
    end: End,
}

/// Goes on with the frame of an unfinished future that is dropped.
#[derive(Debug)]
struct Begin {
    function: &'static Function,
    path: fn() -> &'static str,
    rule: Option<&'static StackOnly>,
    state: State,
    /// While the future is dropped: what was on top of the thread before.
    before: Cell<Before>,
    /// While the future is dropped: the one around it that is dropped, too.
    around: Cell<*const Begin>,
}

// SAFETY: `around` is only used while the future is being dropped, by the thread that does.
unsafe impl Send for Begin {}

// SAFETY: nothing is done with a shared `Begin`.
unsafe impl Sync for Begin {}

/// Ends the frame of an unfinished future that is dropped.
#[derive(Debug)]
struct End {
    /// The frame; 0 unless the future is suspended.
    frame: u64,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// Not polled yet: there is no frame.
    New,
    /// What was on top of the thread when the last poll ended; `Top::NONE` if nothing is recorded.
    Suspended(Top),
    /// Its body has ended.
    Ended,
}

/// While the future is polled.
struct Running<'a> {
    begin: &'a mut Begin,
    end: &'a mut End,
    before: Before,
    frame: u64,
}

/// A future for `future`, in a frame of `function`.
pub(crate) fn future<F>(
    function: &'static Function,
    path: fn() -> &'static str,
    rule: Option<&'static StackOnly>,
    future: F,
) -> Traced<F> {
    let (before, around) = (Cell::new(Before::NOTHING), Cell::new(std::ptr::null()));
    let begin = Begin { function, path, rule, state: State::New, before, around };
    Traced { begin, future, end: End { frame: 0 } }
}

impl Begin {
    /// Puts the suspended frame back on top of the thread. What was there is `before` then.
    fn resume(&self, top: Top, before: &mut Before) {
        let link = Link { function: self.function, path: self.path, statement: top.statement };
        frame::resume(top, link, self.rule, before);
    }
}

impl<'a> Running<'a> {
    fn start(begin: &'a mut Begin, end: &'a mut End) -> Self {
        let mut before = Before::NOTHING;
        let frame = match begin.state {
            State::New => frame::start(begin.function, begin.path, begin.rule, &mut before),
            State::Suspended(top) => {
                if top.frame != 0 {
                    begin.resume(top, &mut before);
                }
                top.frame
            }
            State::Ended => 0,
        };
        // Until something else is known: a panic leaves it like this.
        (begin.state, end.frame) = (State::Ended, 0);
        Self { begin, end, before, frame }
    }

    fn suspend(self) {
        self.begin.state = State::Suspended(frame::suspend(self.frame, &self.before));
        self.end.frame = self.frame;
        std::mem::forget(self);
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        frame::exit(self.frame, &self.before, How::Return);
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
        if let State::Suspended(top) = self.state {
            if top.frame != 0 {
                let mut before = Before::NOTHING;
                self.resume(top, &mut before);
                self.before.set(before);
                with(|state| self.around.set(state.dropped_future.replace(from_ref(self).cast()).cast()));
            }
        }
    }
}

impl Drop for End {
    fn drop(&mut self) {
        if self.frame == 0 {
            return;
        }
        let begin = with(|state| state.dropped_future.get()).cast::<Begin>();
        // SAFETY: the `Begin` of this future put itself there just before the future's drop. What the future held
        // put itself there after that, and has taken itself away again. It lies in the same, pinned `Traced`, whose
        // memory is still there, and its drop has changed nothing but these two cells.
        let begin = unsafe { &*begin };
        with(|state| state.dropped_future.set(begin.around.get().cast()));
        frame::exit(self.frame, &begin.before.get(), How::Cancelled);
    }
}
