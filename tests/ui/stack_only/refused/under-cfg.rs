//! A statement under a `cfg` that holds.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(number: u32) -> u32 {
    #[cfg(not(miri))]
    black_box(number.to_string());
    #[cfg(miri)]
    black_box(other::missing(number));
    number
}

fn main() {
    black_box(f(black_box(3)));
}
