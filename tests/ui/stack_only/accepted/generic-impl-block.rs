//! An `impl` block with parameters.

use std::hint::black_box;

use trace_memory::trace_memory;

struct Ring<T, const N: usize> {
    slots: [T; N],
    at: usize,
}

#[trace_memory(stack_only)]
impl<T: Copy + Default, const N: usize> Ring<T, N> {
    fn push(&mut self, value: T) -> T {
        self.at = (self.at + 1) % N;
        std::mem::replace(&mut self.slots[self.at], value)
    }

    fn get(&self, at: usize) -> Option<&T> {
        self.slots.get(at)
    }
}

fn main() {
    let mut ring = Ring { slots: [0; 4], at: 0 };
    black_box(ring.push(1));
    black_box(ring.get(1));
}
