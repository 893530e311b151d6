use trace_memory::trace_memory;

#[trace_memory]
pub fn length(_text: String) -> usize {}

fn main() {}
