use trace_memory::trace_memory;

#[trace_memory]
pub fn dangling() -> &'static str {
    let text = String::from("a");
    text.as_str()
}

fn main() {}
