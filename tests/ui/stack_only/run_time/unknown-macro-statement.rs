//! A macro of the program's own, as a statement, is not looked into.

use std::hint::black_box;

use trace_memory::trace_memory;

macro_rules! note {
    ($number:expr) => {
        black_box($number.to_string());
    };
}

#[trace_memory(stack_only)]
fn f(number: u32) -> u32 {
    note!(number);
    number
}

fn main() {
    black_box(f(black_box(3)));
}
