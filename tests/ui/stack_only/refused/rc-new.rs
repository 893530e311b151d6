//! An `Rc`.

use std::hint::black_box;
use std::rc::Rc;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(number: u32) -> u32 {
    let value = Rc::new(number);
    black_box(&value);
    number
}

fn main() {
    black_box(f(black_box(3)));
}
