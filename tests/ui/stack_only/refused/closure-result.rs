//! What a closure gives.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(number: Option<u32>) -> usize {
    number.map_or(0, |number| number.to_string().len())
}

fn main() {
    black_box(f(black_box(Some(3))));
}
