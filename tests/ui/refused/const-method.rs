use trace_memory::trace_memory;

struct Point(u32);

impl Point {
    #[trace_memory]
    const fn x(&self) -> u32 {
        self.0
    }
}

const X: u32 = Point(3).x();

fn main() {
    assert_eq!(X, 3);
}
