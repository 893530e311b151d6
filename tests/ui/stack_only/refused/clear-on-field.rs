//! `clear` on a field: the strings in it are freed.

use std::hint::black_box;

use trace_memory::trace_memory;

struct Names(Vec<String>);

#[trace_memory(stack_only)]
impl Names {
    fn f(&mut self) {
        self.0.clear();
    }
}

fn main() {
    let mut names = Names(vec![String::from("a")]);
    names.f();
    black_box(names.0);
}
