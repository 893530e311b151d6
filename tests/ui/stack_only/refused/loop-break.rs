//! A value that a `break` carries out of a loop.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(number: u32) -> usize {
    let mut left = number;
    let text = loop {
        left -= 1;
        if left == 0 {
            break number.to_string();
        }
    };
    text.len()
}

fn main() {
    black_box(f(black_box(3)));
}
