//! Work on borrowed text.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(text: &str) -> Option<&str> {
    let (name, value) = text.trim().split_once('=')?;
    let value = value.strip_prefix('"').unwrap_or(value);
    name.chars().all(char::is_alphabetic).then_some(value)
}

fn main() {
    black_box(f("name = 3"));
}
