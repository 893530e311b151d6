//! Recursion.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(number: u32) -> u32 {
    if number < 2 { number } else { f(number - 1) + f(number - 2) }
}

fn main() {
    black_box(f(black_box(3)));
}
