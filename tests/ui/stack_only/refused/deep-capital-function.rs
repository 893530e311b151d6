//! A function that has the name of a type.
use trace_memory::trace_memory;

#[allow(non_snake_case)]
fn Hidden(n: usize) -> usize {
    vec![0; n].len()
}

#[trace_memory(stack_only(deep))]
fn calls() -> usize {
    Hidden(3)
}

fn main() {
    calls();
}
