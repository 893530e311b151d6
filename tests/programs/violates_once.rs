//! A function that must not touch the heap, and does so where only the run-time check can see it.

use trace_memory::trace_memory;

#[trace_memory]
fn main() {
    let calls: [fn(usize) -> usize; 2] = [|number| number, |number| vec![0_u8; number].len()];
    let sum: usize = calls.iter().map(|call| strict(*call)).sum();
    assert_eq!(sum, 14);
}

#[trace_memory(stack_only)]
fn strict(call: fn(usize) -> usize) -> usize {
    call(7)
}
