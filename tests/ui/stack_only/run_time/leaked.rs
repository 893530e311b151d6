//! Memory that is leaked: its pointer needs no drop.

use std::hint::black_box;

use trace_memory::trace_memory;

fn leak(number: u32) -> &'static u32 {
    Box::leak(Box::new(number))
}

#[trace_memory(stack_only)]
fn f(number: u32) -> u32 {
    *leak(number)
}

fn main() {
    black_box(f(black_box(3)));
}
