//! A parameter that is called.
use trace_memory::trace_memory;

#[trace_memory(stack_only(deep))]
fn calls(callback: impl Fn() -> usize) -> usize {
    callback()
}

fn main() {
    calls(|| vec![1].len());
}
