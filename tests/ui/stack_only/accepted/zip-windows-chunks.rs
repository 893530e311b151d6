//! Windows, chunks and pairs of slices.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(left: &[f32], right: &mut [f32]) -> f32 {
    for (out, pair) in right.iter_mut().zip(left.windows(2)) {
        *out = pair[0] * pair[1];
    }
    left.chunks_exact(2).map(|pair| pair[0]).fold(0.0, f32::max)
}

fn main() {
    black_box(f(&[1.0, 2.0, 3.0], &mut [0.0; 2]));
}
