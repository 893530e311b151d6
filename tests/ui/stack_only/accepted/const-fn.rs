//! A `const fn`, in a constant and at run time.

use std::hint::black_box;

use trace_memory::trace_memory;

const fn square(number: u32) -> u32 {
    number * number
}

#[trace_memory(stack_only)]
const fn f(number: u32) -> u32 {
    let mut sum = 0;
    let mut at = 0;
    while at < number {
        sum += square(at);
        at += 1;
    }
    sum
}

const SUM: u32 = f(5);

fn main() {
    black_box(f(black_box(3)) + SUM);
}
