//! A method of a generic type, with a type that owns.

use std::hint::black_box;

use trace_memory::trace_memory;

struct Slot<T>(Option<T>);

#[trace_memory(stack_only)]
impl<T> Slot<T> {
    fn f(&mut self, value: T) {
        self.0 = Some(value);
    }
}

fn main() {
    let mut slot = Slot(None);
    slot.f(String::from("a"));
    black_box(slot.0);
}
