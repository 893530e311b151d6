use trace_memory::trace_memory;

fn take(_: String) {}

#[trace_memory]
pub fn give(count: Vec<u8>) {
    take(count);
}

fn main() {}
