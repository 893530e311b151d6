//! A function that is passed to be called.
use trace_memory::trace_memory;

fn hidden(n: usize) -> usize {
    vec![0; n].len()
}

#[trace_memory(stack_only(deep))]
fn calls(n: Option<usize>) -> usize {
    n.map(hidden).unwrap_or(0)
}

fn main() {
    calls(Some(1));
}
