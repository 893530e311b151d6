//! A local of a closure.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(number: u32) -> usize {
    let length = |number: u32| {
        let text = number.to_string();
        text.len()
    };
    length(number)
}

fn main() {
    black_box(f(black_box(3)));
}
