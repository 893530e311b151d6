//! A call whose result is a plain number, and that allocates inside.

use std::hint::black_box;

use trace_memory::trace_memory;

fn hidden(number: u32) -> u32 {
    black_box(number.to_string()).len() as u32
}

#[trace_memory(stack_only)]
fn f(number: u32) -> u32 {
    number + hidden(number)
}

fn main() {
    black_box(f(black_box(3)));
}
