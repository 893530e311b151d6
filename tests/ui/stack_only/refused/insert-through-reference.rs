//! `insert` through a `&mut HashMap`.

use std::hint::black_box;
use std::collections::HashMap;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(map: &mut HashMap<u32, u32>) {
    map.insert(1, 2);
}

fn main() {
    let mut map = HashMap::new();
    f(&mut map);
    black_box(map);
}
