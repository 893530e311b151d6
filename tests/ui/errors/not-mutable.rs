use trace_memory::trace_memory;

#[trace_memory]
pub fn grow() -> Vec<u8> {
    let list = Vec::new();
    list.push(1);
    list
}

fn main() {}
