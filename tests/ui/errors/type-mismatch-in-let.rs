use trace_memory::trace_memory;

#[trace_memory]
pub fn length(text: String) -> usize {
    let length: u8 = text.len();
    usize::from(length)
}

fn main() {}
