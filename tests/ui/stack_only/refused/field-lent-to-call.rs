//! A field that is lent as `&mut Vec` to a call.

use std::hint::black_box;

use trace_memory::trace_memory;

struct Buffer {
    samples: Vec<f32>,
}

fn grow(samples: &mut Vec<f32>) {
    samples.push(1.0);
}

#[trace_memory(stack_only)]
impl Buffer {
    fn f(&mut self) {
        grow(&mut self.samples);
    }
}

fn main() {
    let mut buffer = Buffer { samples: Vec::new() };
    buffer.f();
    black_box(buffer.samples);
}
