//! A `format!(…)` that only has its length taken.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(number: u32) -> usize {
    format!("{number}").len()
}

fn main() {
    black_box(f(black_box(3)));
}
