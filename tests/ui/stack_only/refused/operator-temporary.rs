//! An operator of a type of the program's own that gives a `String`.

use std::hint::black_box;
use std::ops::Add;

use trace_memory::trace_memory;

struct Name(u32);

impl Add for Name {
    type Output = String;

    fn add(self, other: Self) -> String {
        format!("{}{}", self.0, other.0)
    }
}

#[trace_memory(stack_only)]
fn f(number: u32) -> usize {
    (Name(number) + Name(1)).len()
}

fn main() {
    black_box(f(black_box(3)));
}
