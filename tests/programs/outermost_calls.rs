//! As many outermost calls as the first argument says.

use trace_memory::trace_memory;

fn main() {
    let count: u32 = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(0);
    let length: usize = (0..count).map(text_of).sum();
    std::process::exit(i32::from(length == 0));
}

#[trace_memory]
fn text_of(number: u32) -> usize {
    let text = number.to_string();
    let copy = text.clone();
    copy.len() + text.len()
}

#[global_allocator]
static ALLOC: trace_memory::Alloc = trace_memory::Alloc::system();
