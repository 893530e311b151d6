//! A method of a trait: which one is called is not known.
use trace_memory::trace_memory;

trait Source {
    fn next(&mut self) -> usize;
}

struct Heap;

impl Source for Heap {
    fn next(&mut self) -> usize {
        vec![1].len()
    }
}

#[trace_memory(stack_only(deep))]
fn calls<S: Source>(source: &mut S) -> usize {
    source.next()
}

fn main() {
    calls(&mut Heap);
}
