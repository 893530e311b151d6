use trace_memory::trace_memory;

#[trace_memory]
pub fn conflict() -> usize {
    let mut text = String::from("a");
    let part = text.as_str();
    text = String::from("b");
    part.len()
}

fn main() {}
