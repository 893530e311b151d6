//! A `Vec` by value: it is freed in the function.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(list: Vec<u32>) -> usize {
    list.len()
}

fn main() {
    black_box(f(vec![1]));
}
