use trace_memory::trace_memory;

fn take(_: Vec<u8>) {}

#[trace_memory]
pub fn twice() -> usize {
    let bytes = vec![1, 2];
    take(bytes);
    bytes.len()
}

fn main() {}
