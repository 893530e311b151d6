//! A function pointer.

use std::hint::black_box;

use trace_memory::trace_memory;

fn hidden(number: u32) -> u32 {
    black_box(number.to_string()).len() as u32
}

#[trace_memory(stack_only)]
fn f(source: fn(u32) -> u32) -> u32 {
    source(3)
}

fn main() {
    black_box(f(hidden));
}
