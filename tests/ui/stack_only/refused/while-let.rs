//! What a loop takes apart.

use std::hint::black_box;

use trace_memory::trace_memory;

fn next(left: &mut u32) -> Option<String> {
    *left = left.checked_sub(1)?;
    Some(String::from("text"))
}

#[trace_memory(stack_only)]
fn f(number: u32) -> u32 {
    while let Some(text) = next(&mut 1) {
        return text.len() as u32;
    }
    number
}

fn main() {
    black_box(f(black_box(3)));
}
