//! A closure whose parameters get their types where it is called.

use std::hint::black_box;

use trace_memory::trace_memory;

fn text(number: u32) -> String {
    number.to_string()
}

#[trace_memory(stack_only)]
fn f(number: u32) -> usize {
    let length = |number| text(number).len();
    length(number)
}

fn main() {
    black_box(f(black_box(3)));
}
