use trace_memory::trace_memory;

#[trace_memory]
mod inner {
    pub fn one() -> u32 {
        1
    }
}

fn main() {
    assert_eq!(inner::one(), 1);
}
