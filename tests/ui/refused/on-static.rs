use trace_memory::trace_memory;

#[trace_memory]
static LIMIT: u32 = 3;

fn main() {
    assert_eq!(LIMIT, 3);
}
