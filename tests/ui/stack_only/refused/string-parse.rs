//! A parser that gives a `String`.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(number: u32) -> u32 {
    let value = "text".parse::<String>().unwrap_or_default();
    black_box(&value);
    number
}

fn main() {
    black_box(f(black_box(3)));
}
