//! A clone of a borrowed `Vec`.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(list: &Vec<u32>) -> usize {
    let copy = list.clone();
    copy.len()
}

fn main() {
    black_box(f(&vec![1]));
}
