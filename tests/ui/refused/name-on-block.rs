use trace_memory::trace_memory;

struct Point;

#[trace_memory(name = "point")]
impl Point {
    fn x(&self) -> u32 {
        1
    }

    #[trace_memory(nam = "y")]
    fn y(&self) -> u32 {
        2
    }

    #[trace_memory]
    const fn z(&self) -> u32 {
        3
    }
}

fn main() {
    assert_eq!(Point.x() + Point.y() + Point.z(), 6);
}
