//! Closures that borrow, copy and change what is around them.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(number: u32) -> u32 {
    let mut count = 0;
    let mut add = |by: u32| {
        count += by;
        count
    };
    add(1);
    add(number);
    let largest = |left, right| if left > right { left } else { right };
    largest(count, number)
}

fn main() {
    black_box(f(black_box(3)));
}
