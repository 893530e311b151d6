//! A reference to a `Vec` that is made for it.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(number: u32) -> u32 {
    let list = &vec![number];
    black_box(list);
    number
}

fn main() {
    black_box(f(black_box(3)));
}
