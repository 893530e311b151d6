use trace_memory::trace_memory;

fn take(_: String) {}

#[trace_memory]
pub fn broken(text: String) -> u8 {
    let count: u8 = text.len();
    take(text);
    missing(count);
    "three"
}

fn main() {}
