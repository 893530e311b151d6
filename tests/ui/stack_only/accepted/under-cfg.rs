//! Statements, arms and fields under a `cfg` that does not hold.

use std::hint::black_box;

use trace_memory::trace_memory;

fn one() -> u32 {
    1
}

#[trace_memory(stack_only)]
fn f(number: u32) -> u32 {
    #[cfg(miri)]
    let number = missing(number);
    #[cfg(miri)]
    also::missing();
    match number {
        #[cfg(miri)]
        0 => missing(),
        1 => one(),
        _ => number,
    }
}

fn main() {
    black_box(f(black_box(3)));
}
