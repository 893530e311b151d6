//! A program with output and a status of its own, run by `tests/tests/faults` under one fault at a time. The first
//! argument says what it does.
#![cfg_attr(target_os = "linux", expect(unsafe_code, reason = "faults are made with what C gives"))]
#![expect(clippy::print_stdout, reason = "its output is what the tests look at")]

#[cfg(target_os = "linux")]
mod faults_alone;
#[cfg(target_os = "linux")]
mod faults_endings;
#[cfg(target_os = "linux")]
mod faults_heap;
#[cfg(target_os = "linux")]
mod faults_signals;
#[cfg(target_os = "linux")]
mod faults_threads;
#[cfg(target_os = "linux")]
mod faults_unwind;

use std::hint::black_box;

use trace_memory::trace_memory;

/// What the program ends with, where it ends by itself.
const STATUS: i32 = 6;

fn main() {
    let mode = std::env::args().nth(1).unwrap_or_default();
    let count = std::env::args().nth(2).and_then(|count| count.parse().ok()).unwrap_or(1);
    if mode != "std-state" {
        println!("begin {mode}");
    }
    match mode.as_str() {
        "work" => println!("{}", work(count)),
        "many" => println!("{}", many(count)),
        "nothing" => {}
        #[cfg(target_os = "linux")]
        _ => {
            let found = [
                faults_alone::run,
                faults_endings::run,
                faults_heap::run,
                faults_signals::run,
                faults_threads::run,
                faults_unwind::run,
            ]
            .iter()
            .any(|run| run(&mode, count));
            assert!(found, "no mode `{mode}`");
        }
        #[cfg(not(target_os = "linux"))]
        _ => panic!("faults are made on Linux only"),
    }
    println!("end {mode}");
    std::process::exit(STATUS);
}

/// A few blocks, as many times over.
#[trace_memory]
fn work(count: u32) -> usize {
    let mut length = 0;
    for number in 0..count {
        let text = black_box(number.to_string());
        length += text.len();
    }
    length
}

/// As many outermost calls.
fn many(count: u32) -> usize {
    (0..count).map(|_| work(1)).sum()
}

#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOC: trace_memory::Alloc<faults_signals::Inner> = trace_memory::Alloc::new(faults_signals::Inner);

#[cfg(not(target_os = "linux"))]
#[global_allocator]
static ALLOC: trace_memory::Alloc = trace_memory::Alloc::system();
