//! Generic arithmetic.

use std::hint::black_box;
use std::ops::{Add, Mul};

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f<T: Copy + Add<Output = T> + Mul<Output = T>>(left: T, right: T) -> T {
    left * right + left
}

fn main() {
    black_box(f(2, 3));
    black_box(f(2.0, 3.0));
}
