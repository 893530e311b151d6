//! A method of a trait object.
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
fn calls(source: &mut dyn Source) -> usize {
    source.next()
}

fn main() {
    calls(&mut Heap);
}
