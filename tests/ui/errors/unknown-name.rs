use trace_memory::trace_memory;

#[trace_memory]
pub fn misspelt() -> usize {
    let length = 3;
    lenght
}

fn main() {}
