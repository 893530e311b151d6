//! A function that is not `stack_only` may box what this one gives.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(number: u32) -> [u32; 2] {
    [number, number + 1]
}

fn main() {
    black_box(Box::new(f(black_box(3))));
}
