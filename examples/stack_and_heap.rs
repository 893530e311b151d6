//! The lesson itself: what lives on the stack, what on the heap, what is static, and when each goes.
//!
//! Run it with `cargo run --example stack_and_heap` and read the tree from top to bottom.
#![expect(clippy::print_stdout, reason = "an example talks to its reader")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::time::{Duration, Instant};

use trace_memory::trace_memory;

#[trace_memory]
fn main() {
    let x = 42; // 4 bytes in main's stack frame
    let y = "hello"; // 16 bytes in the frame, pointing at 5 static bytes
    let s = String::from("hello"); // 24 bytes in the frame, pointing at 5 bytes on the heap
    println!("x = {x}, y = {y}, s = {s}");

    sizes();
    frames(1);
    scopes();
    let gift = String::from("a gift");
    let length = consume(gift); // ownership moves into the call, and the 6 bytes are freed there
    println!("consumed {length} bytes");
    println!("{}", stack_against_heap());
} // s is dropped, and its 5 bytes freed; x and y need nothing; gift went into the call

/// Sizes known at compile time stay on the stack; a size that grows at run time needs the heap.
#[trace_memory]
fn sizes() {
    let array = [1_u32, 2, 3]; // 12 bytes, for ever
    let mut list = Vec::new(); // 24 bytes, and nothing on the heap yet
    for number in array {
        list.push(number);
    }
    list.push(4);
    list.push(5); // no room for a fifth: the block on the heap grows
    println!("{} numbers became {}", array.len(), list.len());
}

/// One frame per call, last in first out.
#[trace_memory]
fn frames(depth: u32) {
    let here = depth * 10;
    if depth < 3 {
        frames(depth + 1);
    }
    println!("frame {depth} ends ({here})");
}

/// A value lives as long as its scope.
#[trace_memory]
fn scopes() {
    let outer = Box::new(1_u64);
    {
        let inner = Box::new(2_u64);
        println!("inside: {inner}, {outer}");
    } // inner is dropped and its block freed, outer is not
    println!("outside: {outer}");
}

/// The caller gave its string away: it is dropped here.
#[trace_memory]
fn consume(text: String) -> usize {
    text.len()
}

/// How much a block on the heap costs against room in the frame. The blocks come straight from the
/// system's allocator: the tracer must not time itself.
fn stack_against_heap() -> String {
    const ROUNDS: u32 = 1_000_000;
    let layout = Layout::new::<[u64; 4]>();
    let stack = timed(ROUNDS, || {
        black_box([1_u64; 4]);
    });
    let heap = timed(ROUNDS, || {
        // SAFETY: the layout's size is 32 bytes, not zero.
        let block = unsafe { System.alloc(layout) };
        black_box(block);
        // SAFETY: `block` was allocated just above with this layout, or is null, which `free` accepts.
        unsafe { System.dealloc(block, layout) };
    });
    let ratio = heap.as_secs_f64() / stack.as_secs_f64().max(f64::EPSILON);
    format!("32 bytes on the heap took {ratio:.1} times as long as 32 bytes on the stack")
}

fn timed(rounds: u32, mut work: impl FnMut()) -> Duration {
    let start = Instant::now();
    for _ in 0..rounds {
        work();
    }
    start.elapsed()
}
