use trace_memory::trace_memory;

#[trace_memory(crate = "trace_memory")]
fn answer() -> u32 {
    42
}

fn main() {
    assert_eq!(answer(), 42);
}
