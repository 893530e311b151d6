use trace_memory::trace_memory;

#[trace_memory]
pub fn leave(text: String) -> usize {
    let length = text.len();
    break;
    length
}

fn main() {}
