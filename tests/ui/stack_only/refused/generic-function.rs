//! A generic function, with a type that owns.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f<T>(value: T) -> T {
    value
}

fn main() {
    black_box(f(String::from("a")));
}
