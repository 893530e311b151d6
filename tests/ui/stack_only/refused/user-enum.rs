//! An enum of which one variant owns something.

use std::hint::black_box;

use trace_memory::trace_memory;

enum Shape {
    Point,
    Path(#[expect(dead_code, reason = "it is only owned")] Vec<u32>),
}

impl Shape {
    fn new(number: u32) -> Self {
        if number > 9 { Self::Point } else { Self::Path(vec![number]) }
    }
}

#[trace_memory(stack_only)]
fn f(number: u32) -> u32 {
    let value = Shape::new(number);
    black_box(&value);
    number
}

fn main() {
    black_box(f(black_box(3)));
}
