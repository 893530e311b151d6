//! A receiver that is dropped in the method.

use std::hint::black_box;

use trace_memory::trace_memory;

struct Owner(Vec<u8>);

impl Owner {
    #[trace_memory(stack_only)]
    fn f(self) -> usize {
        self.0.len()
    }
}

fn main() {
    black_box(Owner(vec![1]).f());
}
