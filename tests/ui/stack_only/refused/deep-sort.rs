//! A method of slices that `alloc` adds.
use trace_memory::trace_memory;

#[trace_memory(stack_only(deep))]
fn calls(list: &mut [u32]) {
    list.sort();
}

fn main() {
    let mut list: Vec<u32> = (0..100).rev().map(|n| n * 7 % 31).collect();
    calls(&mut list);
}
