//! A value of a type that owns, by value.

use std::hint::black_box;

use trace_memory::trace_memory;

struct Owner(Vec<u8>);

#[trace_memory(stack_only)]
fn f(owner: Owner) -> usize {
    owner.0.len()
}

fn main() {
    black_box(f(Owner(vec![1])));
}
