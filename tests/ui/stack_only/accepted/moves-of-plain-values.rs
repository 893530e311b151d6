//! Values that are moved and are not `Copy`.

use std::hint::black_box;

use trace_memory::trace_memory;

struct Point {
    x: f32,
    y: f32,
}

fn sum(point: Point) -> f32 {
    point.x + point.y
}

#[trace_memory(stack_only)]
fn f(point: Point) -> f32 {
    let moved = point;
    let pair = (moved, Point { x: 1.0, y: 2.0 });
    let (left, right) = pair;
    sum(left) + sum(right)
}

fn main() {
    black_box(f(Point { x: 1.0, y: 2.0 }));
}
