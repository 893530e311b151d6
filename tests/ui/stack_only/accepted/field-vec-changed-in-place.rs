//! The elements of a `Vec` in a field, changed where they are.

use std::hint::black_box;

use trace_memory::trace_memory;

struct Buffer {
    samples: Vec<f32>,
}

fn scale(samples: &mut [f32], by: f32) {
    for sample in samples {
        *sample *= by;
    }
}

#[trace_memory(stack_only)]
impl Buffer {
    fn f(&mut self, by: f32) -> f32 {
        self.samples[0] = by;
        self.samples.iter_mut().for_each(|sample| *sample *= by);
        self.samples.swap(0, 1);
        scale(&mut self.samples, by);
        self.samples.iter().sum()
    }
}

fn main() {
    let mut buffer = Buffer { samples: vec![1.0, 2.0] };
    black_box(buffer.f(2.0));
}
