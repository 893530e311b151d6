//! A boxed trait object.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(number: u32) -> u32 {
    let value = { let shown: Box<dyn std::fmt::Debug> = Box::new(number); shown };
    black_box(&value);
    number
}

fn main() {
    black_box(f(black_box(3)));
}
