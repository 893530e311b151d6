//! `println!`: the buffer of stdout is on the heap.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(number: u32) -> u32 {
    println!("{number}");
    number
}

fn main() {
    black_box(f(black_box(3)));
}
