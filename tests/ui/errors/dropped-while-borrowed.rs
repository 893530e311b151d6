use trace_memory::trace_memory;

#[trace_memory]
pub fn conflict() -> usize {
    let text = String::from("a");
    let part = text.as_str();
    drop(text);
    part.len()
}

fn main() {}
