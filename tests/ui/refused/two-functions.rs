use trace_memory::trace_memory;

#[trace_memory]
const fn one() -> u32 {
    1
}

#[trace_memory]
const fn two() -> u32 {
    2
}

fn main() {
    assert_eq!(one(), 1);
    assert_eq!(two(), 2);
}
