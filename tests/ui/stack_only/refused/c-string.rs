//! A `CString`.

use std::hint::black_box;
use std::ffi::CString;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(number: u32) -> u32 {
    let value = CString::new("text").unwrap_or_default();
    black_box(&value);
    number
}

fn main() {
    black_box(f(black_box(3)));
}
