use trace_memory::trace_memory;

#[deny(unused_assignments)]
#[trace_memory]
pub fn idle() -> usize {
    let mut text = String::from("a");
    text = String::from("b");
    text.len()
}

fn main() {}
