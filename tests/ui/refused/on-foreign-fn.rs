use trace_memory::trace_memory;

unsafe extern "C" {
    #[trace_memory]
    safe fn abs(number: i32) -> i32;
}

fn main() {
    assert_eq!(abs(-3), 3);
}
