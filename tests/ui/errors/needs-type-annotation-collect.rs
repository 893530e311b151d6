use trace_memory::trace_memory;

#[trace_memory]
pub fn unclear(text: &str) -> usize {
    let list = text.chars().collect();
    list.len()
}

fn main() {}
