use trace_memory::trace_memory;

#[trace_memory]
pub fn size(side: Option<String>) -> usize {
    match side {
        Some(text) => text.len(),
    }
}

fn main() {}
