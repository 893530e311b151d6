//! A generic function, with types that are not `Copy`.

use std::hint::black_box;

use trace_memory::trace_memory;

#[derive(Default, PartialEq)]
struct Point {
    x: f32,
    y: f32,
}

#[trace_memory(stack_only)]
fn f<T: Default + PartialEq, const N: usize>(value: T, list: &[T; N]) -> Option<T> {
    if list.contains(&value) { Some(value) } else { None.or_else(|| Some(T::default())) }
}

fn main() {
    black_box(f(Point::default(), &[]));
}
