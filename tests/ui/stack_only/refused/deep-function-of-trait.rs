//! A function of a trait, by its whole path.
use trace_memory::trace_memory;

struct Heap;

impl Default for Heap {
    fn default() -> Self {
        drop(vec![1]);
        Self
    }
}

#[trace_memory(stack_only(deep))]
fn calls() -> usize {
    let heap = <Heap as Default>::default();
    core::mem::size_of_val(&heap)
}

fn main() {
    calls();
}
