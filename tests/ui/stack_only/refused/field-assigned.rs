//! An assignment to a field frees what was there.

use std::hint::black_box;

use trace_memory::trace_memory;

struct Name(Option<String>);

#[trace_memory(stack_only)]
impl Name {
    fn f(&mut self) {
        self.0 = None;
    }
}

fn main() {
    let mut name = Name(Some(String::from("a")));
    name.f();
    black_box(name.0);
}
