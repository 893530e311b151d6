//! A call of a function of another module that is not followed.
use trace_memory::trace_memory;

mod other {
    pub fn hidden() -> usize {
        vec![1, 2, 3].len()
    }
}

#[trace_memory(stack_only(deep))]
fn calls() -> usize {
    other::hidden()
}

fn main() {
    calls();
}
