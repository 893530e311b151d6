use trace_memory::trace_memory;

#[trace_memory]
pub fn counter() -> impl Fn() -> usize {
    let text = String::from("a");
    || text.len()
}

fn main() {}
