//! A `Mutex` that is locked for a moment.

use std::hint::black_box;
use std::sync::Mutex;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(shared: &Mutex<[u32; 2]>) -> u32 {
    match shared.lock() {
        Ok(mut list) => {
            list[0] += 1;
            list[0]
        }
        Err(_) => 0,
    }
}

fn main() {
    black_box(f(&Mutex::new([1, 2])));
}
