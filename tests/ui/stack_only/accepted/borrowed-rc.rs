//! An `Rc` that is read through a reference.

use std::hint::black_box;
use std::cell::Cell;
use std::rc::Rc;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(number: &Rc<Cell<u32>>) -> u32 {
    number.set(number.get() + 1);
    number.get() + Rc::strong_count(number) as u32
}

fn main() {
    black_box(f(&Rc::new(Cell::new(1))));
}
