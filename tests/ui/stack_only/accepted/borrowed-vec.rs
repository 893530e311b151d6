//! Reading a borrowed `Vec`.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(list: &Vec<u32>) -> u32 {
    let first = list.first().copied().unwrap_or(0);
    first + list.iter().sum::<u32>() + list.capacity() as u32 + list[0]
}

fn main() {
    black_box(f(&vec![1, 2]));
}
