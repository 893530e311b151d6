//! A `PathBuf`.

use std::hint::black_box;
use std::path::PathBuf;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(number: u32) -> u32 {
    let value = PathBuf::from("text");
    black_box(&value);
    number
}

fn main() {
    black_box(f(black_box(3)));
}
