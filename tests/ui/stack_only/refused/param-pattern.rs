//! A pattern takes a `String` out of a parameter.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f((name, number): (String, u32)) -> usize {
    name.len() + number as usize
}

fn main() {
    black_box(f((String::from("a"), 1)));
}
