use trace_memory::trace_memory;

#[trace_memory]
pub fn length() -> usize {
    let length: u8 = String::from("a").len();
    usize::from(length)
}

fn main() {}
