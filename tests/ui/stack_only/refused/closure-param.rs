//! A parameter of a closure.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(name: &dyn Fn(fn(String) -> usize) -> usize) -> usize {
    name(|text: String| text.len())
}

fn main() {
    black_box(f(&|each| each(String::from("a"))));
}
