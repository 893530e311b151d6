//! A function that gives back a `String`.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(number: u32) -> String {
    number.to_string()
}

fn main() {
    black_box(f(black_box(3)));
}
