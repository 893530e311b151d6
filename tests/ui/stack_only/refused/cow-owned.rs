//! A `Cow` that owns.

use std::hint::black_box;
use std::borrow::Cow;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(number: u32) -> u32 {
    let value = Cow::<str>::from(String::from("text"));
    black_box(&value);
    number
}

fn main() {
    black_box(f(black_box(3)));
}
