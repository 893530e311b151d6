//! A call in a closure.
use trace_memory::trace_memory;

fn hidden(n: usize) -> usize {
    vec![0; n].len()
}

#[trace_memory(stack_only(deep))]
fn calls(n: Option<usize>) -> usize {
    n.map_or(0, |n| hidden(n) + 1)
}

fn main() {
    calls(Some(1));
}
