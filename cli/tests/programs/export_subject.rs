//! What the exports are tested with: each function uses the heap in a way that the tests know by heart.
//!
//! `tests/export/truth.rs` has the numbers.

use std::future::Future;
use std::hint::black_box;
use std::panic;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::thread;

use trace_memory::trace_memory;

#[trace_memory]
fn main() {
    leak();
    grow();
    temporary();
    peak();
    odd();
    black_box((generic::<[u8; 32]>(), generic::<u64>()));
    deep(299);
    drop(kept());
    thread::Builder::new().name("worker \"1\"".into()).spawn(worker).unwrap().join().unwrap();
    panic::set_hook(Box::new(|_| ()));
    assert!(panic::catch_unwind(unwind).is_err());
    poll();
}

/// Three blocks of 1000 bytes that nobody frees.
#[trace_memory]
fn leak() {
    for _ in 0..3 {
        let forgotten = Box::new([0_u8; 1000]);
        black_box(Box::leak(forgotten));
    }
}

/// One block of 16 bytes that becomes one of 64.
#[trace_memory]
fn grow() {
    let mut bytes: Vec<u8> = Vec::with_capacity(16);
    bytes.extend([1; 16]);
    bytes.reserve_exact(48);
    black_box(&bytes);
}

/// Ten blocks of 100 bytes, each freed before the next one.
#[trace_memory]
fn temporary() {
    for _ in 0..10 {
        let short = vec![0_u8; 100];
        black_box(&short);
    }
}

/// One block of a million bytes: with it the program has the most.
#[trace_memory]
fn peak() {
    let large = vec![0_u8; 1_000_000];
    black_box(&large);
}

/// One block of 7 bytes, under a name that formats have other uses for.
#[trace_memory(name = "odd;name \"quoted\"\nsecond line é <b> \\ 5")]
fn odd() {
    let seven = Box::new([0_u8; 7]);
    black_box(&seven);
}

/// One block of the size of its type.
#[expect(clippy::unnecessary_box_returns, reason = "the block outlives the function")]
#[trace_memory]
fn generic<T: Default>() -> Box<T> {
    Box::new(T::default())
}

/// Two blocks of 11 bytes at the bottom of 300 calls.
#[trace_memory]
fn deep(below: u32) {
    if below > 0 {
        return deep(below - 1);
    }
    for _ in 0..2 {
        let eleven = Box::new([0_u8; 11]);
        black_box(&eleven);
    }
}

/// A block of 21 bytes that the caller frees.
#[expect(clippy::unnecessary_box_returns, reason = "the block outlives the function")]
#[trace_memory]
fn kept() -> Box<[u8; 21]> {
    let moved = Box::new([0_u8; 21]);
    moved
}

/// One block of 500 bytes on another thread.
#[trace_memory]
fn worker() {
    let bytes = vec![0_u8; 500];
    black_box(&bytes);
}

/// One block of 13 bytes, freed while a panic passes through.
#[trace_memory]
fn unwind() {
    let thirteen = Box::new([0_u8; 13]);
    black_box(&thirteen);
    panic!();
}

/// One block of 17 bytes, held across a pause.
#[trace_memory]
async fn pausing() {
    let seventeen = Box::new([0_u8; 17]);
    Pause(false).await;
    black_box(&seventeen);
}

struct Pause(bool);

impl Future for Pause {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        let ready = self.0;
        self.0 = true;
        if ready { Poll::Ready(()) } else { Poll::Pending }
    }
}

#[trace_memory]
fn poll() {
    let mut future = pin!(pausing());
    let mut context = Context::from_waker(Waker::noop());
    while future.as_mut().poll(&mut context).is_pending() {}
}
