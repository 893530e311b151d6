//! A hole, opened with `permit`.

use std::hint::black_box;

use trace_memory::{permit, trace_memory};

fn log(number: u32) -> u32 {
    black_box(number.to_string()).len() as u32
}

#[trace_memory(stack_only)]
fn f(number: u32) -> u32 {
    number + permit(|| log(number))
}

fn main() {
    black_box(f(black_box(3)));
}
