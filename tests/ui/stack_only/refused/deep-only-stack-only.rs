//! A call of a function that is `stack_only`, but whose own calls are not followed.
use trace_memory::trace_memory;

fn hidden() -> usize {
    vec![1, 2, 3].len()
}

#[trace_memory(stack_only)]
fn shallow() -> usize {
    hidden()
}

#[trace_memory(stack_only(deep))]
fn calls() -> usize {
    shallow()
}

fn main() {
    calls();
}
