use trace_memory::trace_memory;

#[trace_memory]
pub struct Point {
    x: u32,
}

fn main() {
    assert_eq!(Point { x: 1 }.x, 1);
}
