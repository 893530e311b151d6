//! A clone of a borrowed `Rc`: it owns, though it allocates nothing.

use std::hint::black_box;
use std::rc::Rc;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(number: &Rc<u32>) -> u32 {
    *Rc::clone(number)
}

fn main() {
    black_box(f(&Rc::new(1)));
}
