use trace_memory::trace_memory;

#[trace_memory]
pub fn grow(list: Vec<u8>) -> Vec<u8> {
    list.push(1);
    list
}

fn main() {}
