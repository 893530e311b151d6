//! `mem::take` of a field.

use std::hint::black_box;

use trace_memory::trace_memory;

struct Buffer {
    samples: Vec<f32>,
}

#[trace_memory(stack_only)]
impl Buffer {
    fn f(&mut self) -> usize {
        std::mem::take(&mut self.samples).len()
    }
}

fn main() {
    let mut buffer = Buffer { samples: vec![1.0] };
    black_box(buffer.f());
}
