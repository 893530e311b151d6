use trace_memory::trace_memory;

struct Point;

#[trace_memory]
impl Point {
    fn x(&self) -> u32 {
        1
    }
}

fn main() {
    assert_eq!(Point.x(), 1);
}
