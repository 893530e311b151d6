//! An option that `stack_only` does not know.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only(allow(alloc)))]
fn f(number: u32) -> u32 {
    number
}

fn main() {
    black_box(f(black_box(3)));
}
