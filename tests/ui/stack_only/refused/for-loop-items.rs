//! The items of a loop.

use std::hint::black_box;

use trace_memory::trace_memory;

fn owned(word: &&str) -> String {
    (*word).to_owned()
}

#[trace_memory(stack_only)]
fn f(words: &[&str; 2]) -> usize {
    let mut length = 0;
    for word in words.iter().map(owned) {
        length += word.len();
    }
    length
}

fn main() {
    black_box(f(&["a", "b"]));
}
