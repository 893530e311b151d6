//! Goes over a budget three times.

#![expect(clippy::print_stdout, reason = "it says how far it came")]

use trace_memory::trace_memory;

#[trace_memory(budget(allocs = 0))]
fn text(number: u32) -> usize {
    let text = number.to_string();
    text.len()
}

#[trace_memory]
fn main() {
    let lengths: usize = (0..3).map(text).sum();
    println!("{lengths}");
}
