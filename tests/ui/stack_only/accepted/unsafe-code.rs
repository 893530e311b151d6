//! Raw pointers and `unsafe`.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(list: &mut [u32; 2]) -> u32 {
    let start = list.as_mut_ptr();
    // SAFETY: the array has two elements.
    unsafe {
        *start.add(1) = 7;
        start.read() + start.add(1).read()
    }
}

fn main() {
    black_box(f(&mut [1, 2]));
}
