use trace_memory::trace_memory;

#[trace_memory]
pub fn escapes() -> usize {
    let part = String::from("a").as_str();
    part.len()
}

fn main() {}
