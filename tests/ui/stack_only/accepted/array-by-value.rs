//! An array that is taken apart by an iterator.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(number: u32) -> u32 {
    [number, 2, 3].into_iter().map(|each| each * number).rev().skip(1).sum()
}

fn main() {
    black_box(f(black_box(3)));
}
