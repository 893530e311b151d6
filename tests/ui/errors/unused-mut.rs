use trace_memory::trace_memory;

#[deny(unused_mut)]
#[trace_memory]
pub fn idle(mut extra: String) -> usize {
    let mut text = String::from("a");
    text.len() + extra.len()
}

fn main() {}
