use trace_memory::trace_memory;

#[trace_memory]
pub fn misspelt(text: String) -> usize {
    text.lenght()
}

fn main() {}
