//! A parameter that is dropped without a use.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(_name: String) -> u32 {
    1
}

fn main() {
    black_box(f(String::from("a")));
}
