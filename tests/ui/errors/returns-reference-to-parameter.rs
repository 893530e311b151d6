use trace_memory::trace_memory;

#[trace_memory]
pub fn dangling<'a>(text: String) -> &'a str {
    &text
}

fn main() {}
