//! A function that gives back a closure.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(number: u32) -> impl Fn(u32) -> u32 {
    move |each| each + number
}

fn main() {
    black_box(f(black_box(3))(1));
}
