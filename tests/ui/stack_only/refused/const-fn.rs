//! A `const fn` that gives a `String`: it may run outside of the compiler.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
const fn f() -> usize {
    let text = String::new();
    let length = text.len();
    std::mem::forget(text);
    length
}

fn main() {
    black_box(f());
}
