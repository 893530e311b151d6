//! Numbers out of text.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(text: &str) -> Result<u32, std::num::ParseIntError> {
    let mut sum = 0;
    for word in text.split_whitespace() {
        let number: u32 = word.parse()?;
        sum += number;
    }
    Ok(sum)
}

fn main() {
    let _ = black_box(f("1 2"));
}
