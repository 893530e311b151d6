//! A macro of the program's own that gives a `Vec`.

use std::hint::black_box;

use trace_memory::trace_memory;

macro_rules! list {
    ($($item:expr),*) => {
        <[_]>::into_vec(Box::new([$($item),*]))
    };
}

#[trace_memory(stack_only)]
fn f(number: u32) -> u32 {
    let value = list![number];
    black_box(&value);
    number
}

fn main() {
    black_box(f(black_box(3)));
}
