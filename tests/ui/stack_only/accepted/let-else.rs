//! `let … else`, `if let` and chains of conditions.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(pair: Option<(u32, Option<u32>)>) -> u32 {
    let Some((left, right)) = pair else { return 0 };
    if let Some(right) = right {
        left + right
    } else if matches!(left, 3..=5) {
        left
    } else {
        1
    }
}

fn main() {
    black_box(f(Some((3, None))));
}
