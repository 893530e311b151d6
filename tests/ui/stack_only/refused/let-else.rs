//! The value behind `let … else`.

use std::hint::black_box;

use trace_memory::trace_memory;

fn make(number: u32) -> Option<String> {
    Some(number.to_string())
}

#[trace_memory(stack_only)]
fn f(number: u32) -> usize {
    let Some(text) = make(number) else { return 0 };
    text.len()
}

fn main() {
    black_box(f(black_box(3)));
}
