//! An operator of a type of the program's own.
use std::ops::Add;
use trace_memory::trace_memory;

#[derive(Clone, Copy)]
struct Sample(f32);

impl Add for Sample {
    type Output = f32;

    fn add(self, other: Self) -> f32 {
        vec![self.0, other.0].iter().sum()
    }
}

#[trace_memory(stack_only(deep))]
fn calls(left: Sample, right: Sample) -> f32 {
    left + right
}

fn main() {
    calls(Sample(1.0), Sample(2.0));
}
