//! Calls that never return, and macros that panic without arguments.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(number: u32) -> u32 {
    if number > 100 {
        std::process::exit(3)
    }
    let known = match number {
        0..=50 => number,
        51..=99 => panic!("between"),
        _ => unreachable!(),
    };
    assert!(known < 60, "small");
    debug_assert_eq!(known, number);
    known
}

fn main() {
    black_box(f(black_box(3)));
}
