//! A `Box` by value.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(number: Box<u32>) -> u32 {
    *number
}

fn main() {
    black_box(f(Box::new(1)));
}
