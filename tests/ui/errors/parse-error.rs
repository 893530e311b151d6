use trace_memory::trace_memory;

#[trace_memory]
pub fn broken(text: String) -> usize {
    let = text;
    3
}

fn main() {}
