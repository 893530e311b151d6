//! Reading a borrowed map.

use std::hint::black_box;
use std::collections::HashMap;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(map: &HashMap<&str, u32>) -> u32 {
    map.get("a").copied().unwrap_or_default() + map.values().sum::<u32>()
}

fn main() {
    black_box(f(&HashMap::from([("a", 1)])));
}
