//! A `LinkedList`.

use std::hint::black_box;
use std::collections::LinkedList;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(number: u32) -> u32 {
    let value = LinkedList::from([number]);
    black_box(&value);
    number
}

fn main() {
    black_box(f(black_box(3)));
}
