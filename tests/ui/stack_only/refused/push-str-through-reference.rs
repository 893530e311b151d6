//! `push_str` through a `&mut String`.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(text: &mut String) {
    text.push_str("more");
}

fn main() {
    let mut text = String::new();
    f(&mut text);
    black_box(text);
}
