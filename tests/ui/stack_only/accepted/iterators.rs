//! A chain of iterators over a slice.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(list: &[u32]) -> u32 {
    list.iter().copied().filter(|number| number % 2 == 1).map(|number| number * 2).take(3).sum()
}

fn main() {
    black_box(f(&[1, 2, 3]));
}
