//! A local of an `async fn`.

use std::hint::black_box;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
async fn f(number: u32) -> usize {
    let text = number.to_string();
    text.len()
}

fn main() {
    let mut future = pin!(f(3));
    let _ = black_box(future.as_mut().poll(&mut Context::from_waker(Waker::noop())));
}
