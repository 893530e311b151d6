//! Nothing can be counted: another allocator is the global one.

#![expect(clippy::print_stdout, reason = "it says how far it came")]

use trace_memory::{measure, trace_memory};

#[trace_memory(budget(allocs = 0))]
fn text(number: u32) -> usize {
    number.to_string().len()
}

#[trace_memory(allocator = none)]
fn main() {
    println!("{}", text(1) + text(2));
    println!("{}", measure(|| 3).into_value());
}
