//! Items that a loop only counts.

use std::hint::black_box;

use trace_memory::trace_memory;

fn owned(word: &&str) -> String {
    (*word).to_owned()
}

#[trace_memory(stack_only)]
fn f(words: &[&str; 2]) -> usize {
    let mut count = 0;
    for _ in words.iter().map(owned) {
        count += 1;
    }
    count
}

fn main() {
    black_box(f(&["a", "b"]));
}
