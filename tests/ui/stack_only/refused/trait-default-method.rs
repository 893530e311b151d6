//! A default method of a trait.

use std::hint::black_box;

use trace_memory::trace_memory;

struct Thing;

impl Named for Thing {}

#[trace_memory(stack_only)]
trait Named {
    fn f(&self) -> usize {
        String::from("text").len()
    }
}

fn main() {
    black_box(Thing.f());
}
