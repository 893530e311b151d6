//! `push` through a `&mut Vec`.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(list: &mut Vec<u32>) {
    list.push(1);
}

fn main() {
    let mut list = Vec::new();
    f(&mut list);
    black_box(list);
}
