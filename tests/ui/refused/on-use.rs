use trace_memory::trace_memory;

#[trace_memory]
use std::mem::take;

fn main() {
    assert_eq!(take(&mut 3), 3);
}
