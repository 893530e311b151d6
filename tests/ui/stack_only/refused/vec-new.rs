//! An empty `Vec`: it allocates nothing yet, and everything once it grows.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(number: u32) -> u32 {
    let value = Vec::<u32>::new();
    black_box(&value);
    number
}

fn main() {
    black_box(f(black_box(3)));
}
