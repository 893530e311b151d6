use trace_memory::trace_memory;

fn take(_: String) {}

#[trace_memory]
pub fn twice(text: String) {
    take(text);
    take(text);
}

fn main() {}
