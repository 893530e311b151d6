//! Methods of a trait, with and without a default.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
trait Effect {
    fn apply(&mut self, sample: f32) -> f32;

    fn apply_all(&mut self, samples: &mut [f32]) {
        for sample in samples {
            *sample = self.apply(*sample);
        }
    }
}

struct Gain(f32);

#[trace_memory(stack_only)]
impl Effect for Gain {
    fn apply(&mut self, sample: f32) -> f32 {
        sample * self.0
    }
}

fn main() {
    let mut samples = [1.0, 2.0];
    Gain(2.0).apply_all(&mut samples);
    black_box(samples);
}
