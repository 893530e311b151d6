#![deny(warnings)]
#![forbid(unsafe_code)]
#![no_implicit_prelude]

use ::std::boxed::Box;
use ::std::clone::Clone;
use ::std::convert::From;
use ::std::future::Future;
use ::std::pin::Pin;
use ::std::result::Result::{self, Ok};
use ::std::string::String;
use ::std::task::{Context, Poll, Waker};
use ::trace_memory::trace_memory;

mod core {}
mod std {}

struct Pending;

impl Pending {
    #[trace_memory]
    async fn consumed(self, text: String) -> usize {
        let local = text.clone();
        text.len() + local.len()
    }
}

#[trace_memory]
async fn fallible(text: String) -> Result<usize, ::std::num::ParseIntError> {
    let number: usize = text.parse()?;
    let block = async {
        let inner = text.clone();
        inner.len()
    };
    Ok(number + block.await + Pending.consumed(String::from("a")).await)
}

#[trace_memory]
async fn outer(text: String) -> usize {
    let future: Pin<Box<dyn Future<Output = _>>> = Box::pin(fallible(text));
    match future.await {
        Ok(number) => number,
        Result::Err(_) => 0,
    }
}

#[trace_memory]
fn main() {
    let mut future = Box::pin(outer(String::from("12")));
    let poll = future.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    ::std::assert!(::std::matches!(poll, Poll::Ready(16)));
}
