//! A module with the attribute.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
mod inside {
    pub fn f(number: u32) -> usize {
        number.to_string().len()
    }
}

fn main() {
    black_box(inside::f(3));
}
