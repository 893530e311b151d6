//! A `Vec` with room.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(number: u32) -> u32 {
    let value = Vec::<u32>::with_capacity(8);
    black_box(&value);
    number
}

fn main() {
    black_box(f(black_box(3)));
}
