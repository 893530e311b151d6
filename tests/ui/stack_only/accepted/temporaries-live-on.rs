//! References to temporaries that live as long as the local.

use std::hint::black_box;

use trace_memory::trace_memory;

struct Point {
    x: u32,
    y: u32,
}

fn make(number: u32) -> Point {
    Point { x: number, y: 1 }
}

#[trace_memory(stack_only)]
fn f(number: u32) -> u32 {
    let point = &make(number);
    let pair = (&make(1), &make(2).y);
    let some = Some(&point.x);
    point.x + pair.0.y + pair.1 + some.copied().unwrap_or(0)
}

fn main() {
    black_box(f(black_box(3)));
}
