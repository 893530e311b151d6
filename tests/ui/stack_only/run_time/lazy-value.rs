//! A static that is made on first use.

use std::hint::black_box;
use std::sync::LazyLock;

use trace_memory::trace_memory;

static NAMES: LazyLock<Vec<u32>> = LazyLock::new(|| vec![1, 2]);

#[trace_memory(stack_only)]
fn f() -> usize {
    NAMES.len()
}

fn main() {
    black_box(f());
}
