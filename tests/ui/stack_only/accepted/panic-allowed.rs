//! A panic with arguments, where it is allowed.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only(allow(panic)))]
fn f(number: u32) -> u32 {
    if number > 9 {
        panic!("{number} is too much");
    }
    number
}

fn main() {
    std::panic::set_hook(Box::new(|_| ()));
    black_box(std::panic::catch_unwind(|| f(black_box(30))).is_err());
}
