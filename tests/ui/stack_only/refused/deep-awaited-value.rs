//! A future that is passed and awaited.
use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Waker};
use trace_memory::trace_memory;

#[trace_memory(stack_only(deep))]
async fn calls<F: Future<Output = usize>>(future: Pin<&mut F>) -> usize {
    future.await
}

fn main() {
    let future = pin!(async { vec![1].len() });
    let calls = pin!(calls(future));
    assert!(calls.poll(&mut Context::from_waker(Waker::noop())).is_ready());
}
