//! Mutable borrows, one after the other, in loops and calls.

use std::hint::black_box;

use trace_memory::trace_memory;

struct Ring {
    slots: [f32; 4],
    at: usize,
}

impl Ring {
    fn next_slot(&mut self) -> &mut f32 {
        self.at = (self.at + 1) % self.slots.len();
        &mut self.slots[self.at]
    }

    fn len(&self) -> usize {
        self.slots.len()
    }

    fn set(&mut self, at: usize) {
        self.at = at % 4;
    }
}

#[trace_memory(stack_only)]
fn f(ring: &mut Ring) -> f32 {
    let mut sum = 0.0;
    loop {
        let slot = ring.next_slot();
        *slot += 1.0;
        sum += *slot;
        let (left, right) = ring.slots.split_at_mut(2);
        left[0] = right[0];
        right.copy_from_slice(left);
        ring.set(ring.len());
        if sum > 8.0 {
            return sum;
        }
    }
}

fn main() {
    black_box(f(&mut Ring { slots: [0.0; 4], at: 0 }));
}
