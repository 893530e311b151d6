use trace_memory::trace_memory;

#[trace_memory]
const fn one() -> u32 {
    1
}

#[trace_memory]
async fn two() -> u32 {
    2
}

fn main() {
    assert_eq!(one(), 1);
    drop(two());
}
