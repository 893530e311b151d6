use trace_memory::trace_memory;

#[trace_memory(locals)]
fn answer() -> u32 {
    42
}

fn main() {
    assert_eq!(answer(), 42);
}
