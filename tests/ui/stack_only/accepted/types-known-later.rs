//! Values whose types only later statements tell.

use std::hint::black_box;

use trace_memory::trace_memory;

fn takes(number: u16) -> u64 {
    number.into()
}

#[trace_memory(stack_only)]
fn f(text: &str) -> u64 {
    let mut largest = Default::default();
    let parsed = text.parse().unwrap_or_default();
    let mut sum = 0;
    for byte in text.bytes() {
        largest = std::cmp::max(largest, byte);
        sum += u64::from(byte);
    }
    takes(parsed) + sum + u64::from(largest)
}

fn main() {
    black_box(f("12"));
}
