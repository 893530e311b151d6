//! A program without the tracing allocator: frames and locals, and no heap.

use trace_memory::trace_memory;

#[trace_memory(allocator = none)]
fn main() {
    let text = String::from("unseen");
    let _ = text.len();
}
