//! A `Box` that is dropped where it is made.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(number: u32) -> u32 {
    drop(Box::new(number));
    number
}

fn main() {
    black_box(f(black_box(3)));
}
