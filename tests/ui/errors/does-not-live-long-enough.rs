use trace_memory::trace_memory;

#[trace_memory]
pub fn escapes() -> usize {
    let part;
    {
        let text = String::from("a");
        part = &text;
    }
    part.len()
}

fn main() {}
