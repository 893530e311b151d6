//! Statics, atomics and constants.

use std::hint::black_box;
use std::sync::atomic::{AtomicU32, Ordering};

use trace_memory::trace_memory;

static COUNT: AtomicU32 = AtomicU32::new(0);
const TABLE: [u32; 4] = [1, 2, 3, 5];

#[trace_memory(stack_only)]
fn f(number: u32) -> u32 {
    COUNT.fetch_add(number, Ordering::Relaxed);
    TABLE[(number % 4) as usize] + COUNT.load(Ordering::Relaxed)
}

fn main() {
    black_box(f(black_box(3)));
}
