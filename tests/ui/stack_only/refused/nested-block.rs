//! A value in a block in a block.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(number: u32) -> usize {
    if number > 1 {
        loop {
            break { Box::new(number) }.count_ones() as usize;
        }
    } else {
        0
    }
}

fn main() {
    black_box(f(black_box(3)));
}
