use trace_memory::trace_memory;

#[trace_memory]
pub fn conflict() -> usize {
    let mut list = vec![1, 2];
    let first = &list[0];
    list.push(3);
    *first
}

fn main() {}
