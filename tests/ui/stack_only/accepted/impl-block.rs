//! An `impl` block, with every kind of receiver.

use std::hint::black_box;

use trace_memory::trace_memory;

struct Counter {
    count: u32,
}

#[trace_memory(stack_only)]
impl Counter {
    const fn new(count: u32) -> Self {
        Self { count }
    }

    fn up(&mut self) -> &mut Self {
        self.count += 1;
        self
    }

    fn get(&self) -> u32 {
        self.count
    }

    fn into_count(self) -> u32 {
        self.count
    }

    #[trace_memory(skip)]
    fn text(&self) -> String {
        self.count.to_string()
    }
}

fn main() {
    let mut counter = Counter::new(1);
    black_box(counter.up().up().get());
    black_box(counter.text());
    black_box(counter.into_count());
}
