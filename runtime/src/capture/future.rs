//! Activations of `async` bodies: one frame for each future, entered at every poll.
//!
//! Nothing of a frame stays on a thread while its future is suspended, so a future may go on elsewhere.

use std::mem::ManuallyDrop;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::record::How;
use crate::site::Function;

use super::frame;
use super::thread::Top;

/// A future whose polls, and whose drop if it is unfinished, run inside a frame of their own.
#[must_use = "futures do nothing unless polled"]
#[derive(Debug)]
pub struct Traced<F> {
    activation: Activation,
    /// Pinned with the whole: never moved after the first poll, and dropped where it is.
    future: ManuallyDrop<F>,
}

/// The frame of a future.
#[derive(Debug)]
struct Activation {
    function: &'static Function,
    path: fn() -> &'static str,
    state: State,
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

/// While the future is on top of the thread.
struct Running<'a> {
    state: &'a mut State,
    before: Top,
    frame: u64,
    /// How the frame ends if nobody says otherwise.
    how: How,
}

/// A future for `future`, in a frame of `function`.
pub(crate) fn future<F>(function: &'static Function, path: fn() -> &'static str, future: F) -> Traced<F> {
    let activation = Activation { function, path, state: State::New };
    Traced { activation, future: ManuallyDrop::new(future) }
}

impl Activation {
    fn run(&mut self, how: How) -> Running<'_> {
        let (frame, before) = match self.state {
            State::New => frame::enter_for(self.function, self.path),
            State::Suspended(top) => (top.frame, frame::resume(top)),
            State::Ended => (0, Top::NONE),
        };
        // Until something else is known: a panic leaves it like this.
        self.state = State::Ended;
        Running { state: &mut self.state, before, frame, how }
    }
}

impl Running<'_> {
    fn suspend(self) {
        *self.state = State::Suspended(frame::suspend(self.frame, self.before));
        std::mem::forget(self);
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        frame::exit_for(self.frame, self.before, self.how);
    }
}

impl<F: Future> Future for Traced<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        // SAFETY: `future` is not moved out of `this`, and `activation` is not pinned by anybody.
        let this = unsafe { self.get_unchecked_mut() };
        let running = this.activation.run(How::Return);
        // SAFETY: `this` was pinned, and `future` is only ever used where it is.
        let future = unsafe { Pin::new_unchecked(&mut *this.future) };
        let result = future.poll(cx);
        if result.is_pending() {
            running.suspend();
        }
        result
    }
}

impl<F> Drop for Traced<F> {
    fn drop(&mut self) {
        let unfinished = matches!(self.activation.state, State::Suspended(_));
        let _running = unfinished.then(|| self.activation.run(How::Cancelled));
        // SAFETY: nobody uses the future after this, and it is still where it was pinned.
        unsafe { ManuallyDrop::drop(&mut self.future) };
    }
}
