//! A `Result` with a `String`, behind `?`.

use std::hint::black_box;

use trace_memory::trace_memory;

fn make(number: u32) -> Result<String, std::fmt::Error> {
    Ok(number.to_string())
}

#[trace_memory(stack_only)]
fn f(number: u32) -> Result<u32, std::fmt::Error> {
    let length = make(number)?.len();
    Ok(length as u32)
}

fn main() {
    let _ = black_box(f(black_box(3)));
}
