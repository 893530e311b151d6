//! A method that is not followed hides one of the same name that is.
use std::ops::Deref;
use trace_memory::trace_memory;

struct Inner;

#[trace_memory(stack_only(deep))]
impl Inner {
    fn count(&self) -> usize {
        1
    }
}

struct Outer(Inner);

impl Deref for Outer {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Outer {
    fn count(&self) -> usize {
        vec![1].len()
    }
}

#[trace_memory(stack_only(deep))]
fn calls(outer: &Outer) -> usize {
    outer.count()
}

fn main() {
    let outer = Outer(Inner);
    calls(&outer);
    outer.0.count();
}
