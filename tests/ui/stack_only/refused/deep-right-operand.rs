//! An operator of a number and a type of the program's own.
use std::ops::Mul;
use trace_memory::trace_memory;

#[derive(Clone, Copy)]
struct Sample(f32);

impl Mul<Sample> for f32 {
    type Output = f32;

    fn mul(self, other: Sample) -> f32 {
        vec![self, other.0].iter().product()
    }
}

#[trace_memory(stack_only(deep))]
fn calls(sample: Sample) -> f32 {
    2.0_f32 * sample
}

fn main() {
    calls(Sample(2.0));
}
