//! A constant of the program's own whose type owns.

use std::hint::black_box;

use trace_memory::trace_memory;

const EMPTY: String = String::new();

#[trace_memory(stack_only)]
fn f(number: u32) -> u32 {
    let value = EMPTY;
    black_box(&value);
    number
}

fn main() {
    black_box(f(black_box(3)));
}
