#![deny(warnings)]
#![forbid(unsafe_code)]

use std::cell::RefCell;
use std::rc::Rc;

use trace_memory::trace_memory;

#[trace_memory]
fn tail_of_local() -> u32 {
    let cell = RefCell::new(3);
    *cell.borrow()
}

#[trace_memory]
fn tail_if_let(shared: Rc<RefCell<Vec<u32>>>) -> u32 {
    let copy = Rc::clone(&shared);
    if let Some(last) = copy.borrow_mut().pop() { last } else { 0 }
}

#[trace_memory]
fn main() {
    assert_eq!(tail_of_local(), 3);
    assert_eq!(tail_if_let(Rc::new(RefCell::new(vec![5]))), 5);
}
