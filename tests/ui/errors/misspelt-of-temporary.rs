use trace_memory::trace_memory;

fn text() -> String {
    String::from("a")
}

#[trace_memory]
pub fn length() -> usize {
    text().trim_start().lenght()
}

fn main() {}
