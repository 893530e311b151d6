//! What the `drops_*` programs about futures share: polling by hand, and futures that are not ready at once.
#![allow(dead_code, reason = "no program uses all of it")]
#![allow(clippy::print_stdout, reason = "the log is what the programs are about")]

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use crate::drops_support::Noisy;

/// Polls until the future is ready.
pub(crate) fn run<F: Future>(future: F) -> F::Output {
    let mut future = Box::pin(future);
    loop {
        if let Poll::Ready(output) = poll(&mut future) {
            return output;
        }
    }
}

/// Polls a few times, and drops the future unfinished.
pub(crate) fn cancel<F: Future>(future: F, polls: u32) {
    let mut future = Box::pin(future);
    for _ in 0..polls {
        assert!(poll(&mut future).is_pending(), "there is something to cancel");
    }
    println!("cancelled after {polls}");
}

/// One poll.
pub(crate) fn poll<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    Pin::new(future).poll(&mut Context::from_waker(Waker::noop()))
}

/// Not ready as often as it says.
#[must_use]
pub(crate) struct Pause(pub(crate) u32);

impl Future for Pause {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if self.0 == 0 {
            return Poll::Ready(());
        }
        self.0 -= 1;
        Poll::Pending
    }
}

/// Not ready once.
pub(crate) fn pause() -> Pause {
    Pause(1)
}

/// Gives its value at the second poll.
#[must_use]
pub(crate) struct Slow<T> {
    value: Option<T>,
    pause: Pause,
}

impl<T> Unpin for Slow<T> {}

impl<T> Future for Slow<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        match Pin::new(&mut self.pause).poll(context) {
            Poll::Ready(()) => Poll::Ready(self.value.take().expect("polled once more")),
            Poll::Pending => Poll::Pending,
        }
    }
}

/// The value, later.
pub(crate) fn slow<T>(value: T) -> Slow<T> {
    Slow { value: Some(value), pause: pause() }
}

impl Noisy {
    pub(crate) fn slow(self) -> Slow<Self> {
        slow(self)
    }

    /// A future that borrows.
    pub(crate) fn look_slowly(&self) -> Slow<bool> {
        slow(self.look())
    }
}
