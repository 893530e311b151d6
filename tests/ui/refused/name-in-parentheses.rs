use trace_memory::trace_memory;

#[trace_memory(name("answer"))]
fn answer() -> u32 {
    42
}

fn main() {
    assert_eq!(answer(), 42);
}
