use trace_memory::trace_memory;

#[deny(unreachable_code)]
#[trace_memory]
pub fn idle() -> usize {
    return 3;
    let text = String::from("a");
    text.len()
}

fn main() {}
