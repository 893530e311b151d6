use trace_memory::trace_memory;

#[deny(unused_parens)]
#[trace_memory]
pub fn idle(text: String) -> usize {
    let length = (text.len());
    if (length > 3) { 1 } else { 2 }
}

fn main() {}
