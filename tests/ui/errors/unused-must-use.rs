use trace_memory::trace_memory;

#[deny(unused_must_use)]
#[trace_memory]
pub fn idle(text: &str) {
    text.parse::<u32>();
}

fn main() {}
