//! A value that goes into a field.

use std::hint::black_box;

use trace_memory::trace_memory;

struct Named {
    name: String,
}

#[trace_memory(stack_only)]
fn f(number: u32) -> usize {
    let named = Named { name: number.to_string() };
    named.name.len()
}

fn main() {
    black_box(f(black_box(3)));
}
