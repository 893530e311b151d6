//! A `Result` whose error is a `String`.

use std::hint::black_box;

use trace_memory::trace_memory;

fn check(number: u32) -> Result<u32, String> {
    if number > 9 { Ok(number) } else { Err(String::from("too small")) }
}

#[trace_memory(stack_only)]
fn f(number: u32) -> u32 {
    check(number).unwrap_or(0)
}

fn main() {
    black_box(f(black_box(3)));
}
