//! The program of `examples/json_stats` under the trace, with an allocator of its own below the trace
//! that counts what really reaches it. Prints the counts as `name number` lines.
#![allow(clippy::print_stdout, reason = "the counts are the product")]

#[path = "../../examples/json_stats/statistics.rs"]
mod statistics;

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

use trace_memory::trace_memory;

static COUNTING: AtomicBool = AtomicBool::new(false);
static COUNTS: [Count; 6] = [
    Count::new("allocs"),
    Count::new("alloc_bytes"),
    Count::new("reallocs"),
    Count::new("realloc_bytes"),
    Count::new("frees"),
    Count::new("free_bytes"),
];

struct Count {
    name: &'static str,
    value: AtomicUsize,
}

impl Count {
    const fn new(name: &'static str) -> Self {
        Self { name, value: AtomicUsize::new(0) }
    }
}

fn count(first: usize, bytes: usize) {
    if COUNTING.load(Relaxed) {
        COUNTS[first].value.fetch_add(1, Relaxed);
        COUNTS[first + 1].value.fetch_add(bytes, Relaxed);
    }
}

struct Counting;

#[global_allocator]
static ALLOC: trace_memory::Alloc<Counting> = trace_memory::Alloc::new(Counting);

// SAFETY: every method hands its arguments to `System` unchanged and returns what `System` returns.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(0, layout.size());
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(0, layout.size());
        // SAFETY: the caller keeps the contract of `alloc_zeroed`.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
        count(2, bytes);
        // SAFETY: the caller keeps the contract of `realloc`.
        unsafe { System.realloc(block, layout, bytes) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        count(4, layout.size());
        // SAFETY: the caller keeps the contract of `dealloc`.
        unsafe { System.dealloc(block, layout) }
    }
}

/// The trace sets itself up in its first frame; what that costs is not the program's.
#[trace_memory]
fn warm_up() {}

/// All of it in one frame, the drop of the statistics too.
#[trace_memory]
fn work(file: &str) -> Result<usize, String> {
    let statistics = statistics::of_file(file)?;
    Ok(statistics.to_string().len())
}

#[trace_memory]
fn make(file: &str) -> Result<(), String> {
    statistics::make_file(1, file)
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    make(&args[1]).expect("the input can be written");
    warm_up();
    COUNTING.store(true, Relaxed);
    let outcome = work(&args[1]);
    COUNTING.store(false, Relaxed);
    outcome.expect("the input can be read");
    for count in &COUNTS {
        println!("{} {}", count.name, count.value.load(Relaxed));
    }
}
