//! A `match` on borrowed data that owns.

use std::hint::black_box;

use trace_memory::trace_memory;

enum Shape {
    Named { name: String, sides: u32 },
    Path(Vec<(u32, u32)>),
}

#[trace_memory(stack_only)]
fn f(shape: &Shape) -> usize {
    match shape {
        Shape::Named { name, sides } if *sides > 2 => name.len(),
        Shape::Named { name, .. } => name.as_bytes()[0] as usize,
        Shape::Path(points) => points.iter().filter(|point| point.0 > 1).count(),
    }
}

fn main() {
    black_box(f(&Shape::Named { name: String::from("a"), sides: 3 }));
    black_box(f(&Shape::Path(vec![(1, 2)])));
}
