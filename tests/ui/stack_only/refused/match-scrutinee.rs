//! A value that a `match` looks at.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(number: u32) -> u32 {
    match number.to_string().as_str() {
        "3" => 1,
        _ => 0,
    }
}

fn main() {
    black_box(f(black_box(3)));
}
