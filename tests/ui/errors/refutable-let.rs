use trace_memory::trace_memory;

#[trace_memory]
pub fn size(side: Option<String>) -> usize {
    let Some(text) = side;
    text.len()
}

fn main() {}
