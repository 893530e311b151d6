//! An `Option` of a reference to a `String`.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(name: Option<&String>) -> usize {
    name.map_or(0, |name| name.len()) + name.map(String::as_str).unwrap_or_default().len()
}

fn main() {
    black_box(f(Some(&String::from("a"))));
}
