use trace_memory::trace_memory;

fn take(_: String) {}

#[trace_memory]
pub fn often() {
    let text = String::new();
    for _ in 0..3 {
        take(text);
    }
}

fn main() {}
