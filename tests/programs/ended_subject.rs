//! Two threads that call traced functions and say how many, until the program ends in some way.
#![expect(clippy::print_stdout, reason = "its output is what the tests look at")]

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::{self, Command};

use trace_memory::trace_memory;

fn main() {
    let mut args = std::env::args().skip(1);
    let (end, steps) = (args.next().unwrap_or_default(), args.next().and_then(|steps| steps.parse().ok()));
    let steps: u64 = steps.unwrap_or(u64::MAX);
    let other = std::thread::spawn(move || work("b", steps));
    work("a", steps);
    let _ = other.join();
    match end.as_str() {
        "abort" => process::abort(),
        "overflow" => println!("{}", deeper([1])),
        // Nothing of what is registered for the end runs.
        "exec" => println!("{}", Command::new("true").exec()),
        _ => {}
    }
}

fn work(name: &str, steps: u64) {
    for done in 1..=steps {
        step(done);
        if done % 16 == 0 {
            let said = writeln!(std::io::stdout(), "{name} {done}");
            if said.is_err() {
                return;
            }
        }
    }
}

#[trace_memory]
fn step(number: u64) -> usize {
    let text = format!("step {number}");
    let boxed = Box::new(number);
    text.len() + usize::from(*boxed == 0)
}

#[trace_memory]
fn deeper(around: [u8; 1]) -> u64 {
    let here = std::hint::black_box([around[0]; 1]);
    if here == [0] { 0 } else { 1 + std::hint::black_box(deeper(here)) }
}

#[global_allocator]
static ALLOC: trace_memory::Alloc = trace_memory::Alloc::system();
