//! `push` on a field, behind `&mut self`.

use std::hint::black_box;

use trace_memory::trace_memory;

struct Buffer {
    samples: Vec<f32>,
}

#[trace_memory(stack_only)]
impl Buffer {
    fn f(&mut self) {
        self.samples.push(1.0);
    }
}

fn main() {
    let mut buffer = Buffer { samples: Vec::new() };
    buffer.f();
    black_box(buffer.samples);
}
