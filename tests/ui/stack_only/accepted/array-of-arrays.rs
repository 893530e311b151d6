//! Arrays in arrays, in a tuple.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(number: u32) -> u32 {
    let grid = ([[number; 4]; 4], 2);
    grid.0.iter().flatten().sum::<u32>() * grid.1
}

fn main() {
    black_box(f(black_box(3)));
}
