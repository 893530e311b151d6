//! An `async fn` that awaits others, and an `async` block.

use std::hint::black_box;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
async fn f(number: u32) -> u32 {
    let doubled = double(number).await;
    let block = async { doubled + 1 };
    block.await
}

#[trace_memory(stack_only)]
async fn double(number: u32) -> u32 {
    number * 2
}

fn main() {
    let mut future = pin!(f(3));
    let _ = black_box(future.as_mut().poll(&mut Context::from_waker(Waker::noop())));
}
