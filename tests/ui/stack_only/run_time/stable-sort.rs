//! A stable sort of a long slice uses a buffer.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(numbers: &mut [u64]) {
    numbers.sort();
}

fn main() {
    let mut numbers: Vec<u64> = (0..5000).map(|number| number * 7919 % 1000).collect();
    f(&mut numbers);
    black_box(numbers);
}
