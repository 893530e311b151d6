use trace_memory::trace_memory;

#[trace_memory(values, locals = none)]
fn answer() -> u32 {
    42
}

#[trace_memory(locals = none)]
mod inside {
    #[trace_memory(values)]
    pub fn answer() -> u32 {
        42
    }
}

fn main() {
    assert_eq!(answer(), inside::answer());
}
