//! `MaybeUninit`.

use std::hint::black_box;
use std::mem::MaybeUninit;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(number: u32) -> usize {
    let mut slots = [const { MaybeUninit::<u32>::uninit() }; 4];
    for (at, slot) in slots.iter_mut().enumerate() {
        slot.write(number + at as u32);
    }
    size_of_val(&slots)
}

fn main() {
    black_box(f(black_box(3)));
}
