//! An allocation three traced frames below.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory]
fn middle(number: u32) -> u32 {
    inner(number) + 1
}

#[trace_memory]
fn inner(number: u32) -> u32 {
    let text = black_box(number.to_string());
    text.len() as u32
}

#[trace_memory(stack_only)]
fn f(number: u32) -> u32 {
    middle(number)
}

fn main() {
    black_box(f(black_box(3)));
}
