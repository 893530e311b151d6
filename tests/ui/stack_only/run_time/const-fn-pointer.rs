//! A `const fn` has no frame: what it calls counts for its caller.

use std::hint::black_box;

use trace_memory::trace_memory;

fn hidden(number: u32) -> u32 {
    black_box(number.to_string()).len() as u32
}

#[trace_memory(stack_only)]
fn f(number: u32) -> u32 {
    pass(number) + hidden(number)
}

#[trace_memory(stack_only)]
const fn pass(number: u32) -> u32 {
    number
}

fn main() {
    black_box(f(black_box(3)));
}
