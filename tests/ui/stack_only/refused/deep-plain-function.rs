//! A call of a function that is not followed.
use trace_memory::trace_memory;

fn hidden() -> usize {
    vec![1, 2, 3].len()
}

#[trace_memory(stack_only(deep))]
fn calls() -> usize {
    hidden()
}

fn main() {
    calls();
}
