use trace_memory::trace_memory;

#[trace_memory]
macro_rules! three {
    () => {
        3
    };
}

fn main() {
    assert_eq!(three!(), 3);
}
