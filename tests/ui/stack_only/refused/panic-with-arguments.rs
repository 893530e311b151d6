//! A panic whose message has arguments.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(number: u32) -> u32 {
    if number > 9 {
        panic!("{number} is too much");
    }
    number
}

fn main() {
    black_box(f(black_box(3)));
}
