//! `trust` without `deep`.
use trace_memory::trace_memory;

fn hidden() -> usize {
    vec![1].len()
}

#[trace_memory(stack_only(trust(hidden)))]
fn calls() -> usize {
    hidden()
}

fn main() {
    calls();
}
