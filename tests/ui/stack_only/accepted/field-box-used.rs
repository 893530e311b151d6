//! What a `Box` in a field holds, changed where it is.

use std::hint::black_box;

use trace_memory::trace_memory;

struct Inner {
    count: u32,
}

impl Inner {
    fn bump(&mut self) {
        self.count += 1;
    }
}

struct Owner {
    inner: Box<Inner>,
}

#[trace_memory(stack_only)]
impl Owner {
    fn f(&mut self) -> u32 {
        self.inner.bump();
        self.inner.count += 1;
        self.inner.count
    }
}

fn main() {
    black_box(Owner { inner: Box::new(Inner { count: 1 }) }.f());
}
