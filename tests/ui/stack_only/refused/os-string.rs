//! An `OsString`.

use std::hint::black_box;
use std::ffi::OsString;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(number: u32) -> u32 {
    let value = OsString::from("text");
    black_box(&value);
    number
}

fn main() {
    black_box(f(black_box(3)));
}
