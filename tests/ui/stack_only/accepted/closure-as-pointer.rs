//! A closure that becomes a function pointer.

use std::hint::black_box;

use trace_memory::trace_memory;

fn apply(function: fn(u32) -> u32, number: u32) -> u32 {
    function(number)
}

#[trace_memory(stack_only)]
fn f(number: u32) -> u32 {
    let double: fn(u32) -> u32 = |each| each.wrapping_mul(2);
    apply(double, number)
}

fn main() {
    black_box(f(black_box(3)));
}
