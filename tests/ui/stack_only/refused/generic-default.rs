//! A generic function that makes a value of its parameter.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f<T: Default>() -> usize {
    let value = T::default();
    size_of_val(&value)
}

fn main() {
    black_box(f::<String>());
}
