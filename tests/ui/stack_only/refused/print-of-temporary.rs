//! A temporary among the arguments of an allowed `println!`.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only(allow(print)))]
fn f(number: u32) -> u32 {
    println!("{}", number.to_string());
    number
}

fn main() {
    black_box(f(black_box(3)));
}
