//! The iterator that takes a `Vec` apart.

use std::hint::black_box;

use trace_memory::trace_memory;

fn list() -> Vec<u32> {
    vec![1]
}

#[trace_memory(stack_only)]
fn f(number: u32) -> u32 {
    let value = list().into_iter();
    black_box(&value);
    number
}

fn main() {
    black_box(f(black_box(3)));
}
