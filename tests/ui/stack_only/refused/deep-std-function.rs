//! A function of `std` that is not in `core`.
use trace_memory::trace_memory;

#[trace_memory(stack_only(deep))]
fn calls() {
    std::thread::yield_now();
}

fn main() {
    calls();
}
