//! A value on a way out.

use std::hint::black_box;

use trace_memory::trace_memory;

fn text(number: u32) -> String {
    number.to_string()
}

#[trace_memory(stack_only)]
fn f(number: u32) -> u32 {
    if number > 2 {
        return text(number).len() as u32;
    }
    number
}

fn main() {
    black_box(f(black_box(3)));
}
