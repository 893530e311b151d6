//! A program with output and a status of its own, to be run under every setting.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "its output is what the tests look at")]

use std::process;

use trace_memory::trace_memory;

fn main() {
    let sum = summed(vec![1, 2, 3]);
    println!("sum: {sum}");
    eprintln!("the program's own words");
    process::exit(i32::try_from(sum).unwrap_or(1));
}

#[trace_memory]
fn summed(list: Vec<u32>) -> u32 {
    let text = list.len().to_string();
    list.into_iter().sum::<u32>() + u32::from(text.is_empty())
}

#[global_allocator]
static ALLOC: trace_memory::Alloc = trace_memory::Alloc::system();
