use trace_memory::trace_memory;

#[trace_memory]
pub fn unclear() {
    let list = Vec::new();
    drop(list);
}

fn main() {}
