//! A tuple with a `Vec` in it.

use std::hint::black_box;

use trace_memory::trace_memory;

fn pair(number: u32) -> (u32, Vec<u32>) {
    (number, vec![number])
}

#[trace_memory(stack_only)]
fn f(number: u32) -> u32 {
    let value = pair(number);
    black_box(&value);
    number
}

fn main() {
    black_box(f(black_box(3)));
}
