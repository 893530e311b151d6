//! A poll of an `async fn` that allocates.

use std::hint::black_box;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};

use trace_memory::trace_memory;

fn hidden(number: u32) -> u32 {
    black_box(number.to_string()).len() as u32
}

#[trace_memory(stack_only)]
async fn f(number: u32) -> u32 {
    hidden(number)
}

fn main() {
    let mut future = pin!(f(3));
    let _ = black_box(future.as_mut().poll(&mut Context::from_waker(Waker::noop())));
}
