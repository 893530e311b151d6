//! A call in an assertion.
use trace_memory::trace_memory;

fn hidden() -> bool {
    vec![1].len() == 1
}

#[trace_memory(stack_only(deep))]
fn calls() {
    assert!(hidden());
}

fn main() {
    calls();
}
