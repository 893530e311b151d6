//! `Cell` and `RefCell`.

use std::hint::black_box;
use std::cell::{Cell, RefCell};

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(shared: &Cell<u32>, list: &RefCell<[u32; 2]>) -> u32 {
    let own = Cell::new(1);
    own.set(shared.replace(own.get()));
    list.borrow_mut()[0] = own.get();
    list.borrow().iter().sum()
}

fn main() {
    black_box(f(&Cell::new(2), &RefCell::new([0; 2])));
}
