//! A struct of the program's own that owns a `Vec`.

use std::hint::black_box;

use trace_memory::trace_memory;

struct Owner {
    _list: Vec<u8>,
}

impl Owner {
    fn new() -> Self {
        Self { _list: vec![1] }
    }
}

#[trace_memory(stack_only)]
fn f(number: u32) -> u32 {
    let value = Owner::new();
    black_box(&value);
    number
}

fn main() {
    black_box(f(black_box(3)));
}
