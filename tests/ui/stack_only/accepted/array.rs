//! An array.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(number: u32) -> u32 {
    let mut list = [number; 8];
    list[1] = 4;
    list.iter().sum()
}

fn main() {
    black_box(f(black_box(3)));
}
