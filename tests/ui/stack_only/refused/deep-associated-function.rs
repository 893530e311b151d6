//! A call of an associated function that is not followed.
use trace_memory::trace_memory;

struct Log;

impl Log {
    fn hidden() -> usize {
        vec![1].len()
    }
}

#[trace_memory(stack_only(deep))]
fn calls() -> usize {
    Log::hidden()
}

fn main() {
    calls();
}
