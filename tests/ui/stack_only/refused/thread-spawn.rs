//! A thread: its handle owns what the thread shares.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(number: u32) -> u32 {
    let value = std::thread::spawn(|| 1).join();
    drop(value);
    number
}

fn main() {
    black_box(f(black_box(3)));
}
