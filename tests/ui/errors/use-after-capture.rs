use trace_memory::trace_memory;

#[trace_memory]
pub fn captured(text: String) -> usize {
    let closure = move || text.len();
    closure() + text.len()
}

fn main() {}
