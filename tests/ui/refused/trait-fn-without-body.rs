use trace_memory::trace_memory;

trait Shape {
    #[trace_memory]
    fn area(&self) -> u32;
}

impl Shape for () {
    fn area(&self) -> u32 {
        1
    }
}

fn main() {
    assert_eq!(().area(), 1);
}
