use trace_memory::trace_memory;

#[trace_memory]
pub fn length(text: String) -> usize {
    text.len();
}

fn main() {}
