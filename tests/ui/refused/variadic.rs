use trace_memory::trace_memory;

#[trace_memory]
unsafe extern "C" fn sum(count: u32, ...) -> u32 {
    count
}

fn main() {}
