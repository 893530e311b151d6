use trace_memory::trace_memory;

#[trace_memory(values, allocator = none, crate = trace_memory, skip)]
fn answer() -> u32 {
    42
}

fn main() {
    assert_eq!(answer(), 42);
}
