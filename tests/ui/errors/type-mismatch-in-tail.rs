use trace_memory::trace_memory;

#[trace_memory]
pub fn length(text: String) -> usize {
    let copy = text.clone();
    copy
}

fn main() {}
