use trace_memory::trace_memory;

#[trace_memory]
pub fn show<T>(value: T) -> String {
    let copy = value.clone();
    format!("{copy:?}")
}

fn main() {}
