//! A macro of the program's own.
use trace_memory::trace_memory;

macro_rules! log {
    ($value:expr) => {
        drop(vec![$value])
    };
}

#[trace_memory(stack_only(deep))]
fn calls(n: u32) {
    log!(n);
}

fn main() {
    calls(1);
}
