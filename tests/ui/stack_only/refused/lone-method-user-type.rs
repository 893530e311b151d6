//! A method with the attribute on itself: types of the program's own are seen by `cargo build`.

use std::hint::black_box;

use trace_memory::trace_memory;

struct Maker(u8);

struct Owner(Vec<u8>);

fn make(byte: u8) -> Owner {
    Owner(vec![byte])
}

impl Maker {
    #[trace_memory(stack_only)]
    fn f(&self) -> usize {
        make(self.0).0.len()
    }
}

fn main() {
    black_box(Maker(1).f());
}
