//! A function that gives back an iterator.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(list: &[u32]) -> impl Iterator<Item = u32> + '_ {
    list.iter().map(|number| number + 1)
}

fn main() {
    black_box(f(&[1, 2]).count());
}
