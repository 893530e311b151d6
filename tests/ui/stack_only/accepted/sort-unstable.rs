//! Sorts that need no buffer.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(list: &mut [u32]) -> bool {
    list.sort_unstable_by(|left, right| right.cmp(left));
    list.reverse();
    list.is_sorted() && list.binary_search(&3).is_ok()
}

fn main() {
    black_box(f(&mut [3, 1, 2]));
}
