//! A temporary in the middle of a chain.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(number: u32) -> usize {
    number.to_string().len()
}

fn main() {
    black_box(f(black_box(3)));
}
