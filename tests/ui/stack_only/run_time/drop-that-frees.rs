//! A type that is declared `StackOnly`, and is not.

use std::hint::black_box;
use trace_memory::StackOnly;

use trace_memory::trace_memory;

struct Guard(Option<u32>);

impl Drop for Guard {
    fn drop(&mut self) {
        black_box(self.0.take().map(|number| number.to_string()));
    }
}

impl StackOnly for Guard {}

#[trace_memory(stack_only)]
fn f(number: u32) -> u32 {
    let _guard = Guard(Some(number));
    number
}

fn main() {
    black_box(f(black_box(3)));
}
