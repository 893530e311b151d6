//! Futures one in another, as deep as without the attribute, and asked for `Send`.

extern crate trace_memory;

use std::future::Future;
use std::sync::Arc;
use std::task::{Context, Poll, Wake};

struct Nothing;

impl Wake for Nothing {
    fn wake(self: Arc<Self>) {}
}

#[trace_memory::trace_memory]
async fn f0(n: u32) -> u32 {
    let r = f1(n).await;
    r + 1
}

#[trace_memory::trace_memory]
async fn f1(n: u32) -> u32 {
    let r = f2(n).await;
    r + 1
}

#[trace_memory::trace_memory]
async fn f2(n: u32) -> u32 {
    let r = f3(n).await;
    r + 1
}

#[trace_memory::trace_memory]
async fn f3(n: u32) -> u32 {
    let r = f4(n).await;
    r + 1
}

#[trace_memory::trace_memory]
async fn f4(n: u32) -> u32 {
    let r = f5(n).await;
    r + 1
}

#[trace_memory::trace_memory]
async fn f5(n: u32) -> u32 {
    let r = f6(n).await;
    r + 1
}

#[trace_memory::trace_memory]
async fn f6(n: u32) -> u32 {
    let r = f7(n).await;
    r + 1
}

#[trace_memory::trace_memory]
async fn f7(n: u32) -> u32 {
    let r = f8(n).await;
    r + 1
}

#[trace_memory::trace_memory]
async fn f8(n: u32) -> u32 {
    let r = f9(n).await;
    r + 1
}

#[trace_memory::trace_memory]
async fn f9(n: u32) -> u32 {
    let r = f10(n).await;
    r + 1
}

#[trace_memory::trace_memory]
async fn f10(n: u32) -> u32 {
    let r = f11(n).await;
    r + 1
}

#[trace_memory::trace_memory]
async fn f11(n: u32) -> u32 {
    let r = f12(n).await;
    r + 1
}

#[trace_memory::trace_memory]
async fn f12(n: u32) -> u32 {
    let r = f13(n).await;
    r + 1
}

#[trace_memory::trace_memory]
async fn f13(n: u32) -> u32 {
    let r = f14(n).await;
    r + 1
}

#[trace_memory::trace_memory]
async fn f14(n: u32) -> u32 {
    let r = f15(n).await;
    r + 1
}

#[trace_memory::trace_memory]
async fn f15(n: u32) -> u32 {
    let r = f16(n).await;
    r + 1
}

#[trace_memory::trace_memory]
async fn f16(n: u32) -> u32 {
    let r = f17(n).await;
    r + 1
}

#[trace_memory::trace_memory]
async fn f17(n: u32) -> u32 {
    let r = f18(n).await;
    r + 1
}

#[trace_memory::trace_memory]
async fn f18(n: u32) -> u32 {
    let r = f19(n).await;
    r + 1
}

#[trace_memory::trace_memory]
async fn f19(n: u32) -> u32 {
    let r = f20(n).await;
    r + 1
}

#[trace_memory::trace_memory]
async fn f20(n: u32) -> u32 {
    let r = f21(n).await;
    r + 1
}

#[trace_memory::trace_memory]
async fn f21(n: u32) -> u32 {
    let r = f22(n).await;
    r + 1
}

#[trace_memory::trace_memory]
async fn f22(n: u32) -> u32 {
    let r = f23(n).await;
    r + 1
}

#[trace_memory::trace_memory]
async fn f23(n: u32) -> u32 {
    let r = f24(n).await;
    r + 1
}

#[trace_memory::trace_memory]
async fn f24(n: u32) -> u32 {
    let r = f25(n).await;
    r + 1
}

#[trace_memory::trace_memory]
async fn f25(n: u32) -> u32 {
    let r = f26(n).await;
    r + 1
}

#[trace_memory::trace_memory]
async fn f26(n: u32) -> u32 {
    std::future::ready(n).await
}

fn sendable<T: Send>(future: T) -> T {
    future
}

fn main() {
    let mut future = Box::pin(sendable(f0(1)));
    let waker = Arc::new(Nothing).into();
    if let Poll::Ready(n) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
        println!("{n}");
    }
}
