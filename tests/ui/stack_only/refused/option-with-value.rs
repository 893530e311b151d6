//! `stack_only` takes no value.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only = true)]
fn f(number: u32) -> u32 {
    number
}

fn main() {
    black_box(f(black_box(3)));
}
