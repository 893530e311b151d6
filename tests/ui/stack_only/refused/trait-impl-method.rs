//! A method of an `impl` of a trait.

use std::hint::black_box;

use trace_memory::trace_memory;

struct Thing;

trait Measure {
    fn f(&self) -> usize;
}

impl Measure for Thing {
    #[trace_memory(stack_only)]
    fn f(&self) -> usize {
        String::from("text").len()
    }
}

fn main() {
    black_box(Thing.f());
}
