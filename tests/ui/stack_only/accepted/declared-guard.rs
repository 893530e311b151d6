//! A guard with a destructor that is declared `StackOnly`.

use std::hint::black_box;
use std::cell::Cell;
use trace_memory::StackOnly;

use trace_memory::trace_memory;

struct Busy<'a>(&'a Cell<bool>);

impl<'a> Busy<'a> {
    fn new(flag: &'a Cell<bool>) -> Self {
        flag.set(true);
        Self(flag)
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

impl StackOnly for Busy<'_> {}

#[trace_memory(stack_only)]
fn f(flag: &Cell<bool>) -> bool {
    let _busy = Busy::new(flag);
    let second = Some(Busy::new(flag));
    second.is_some() && flag.get()
}

fn main() {
    black_box(f(&Cell::new(false)));
}
