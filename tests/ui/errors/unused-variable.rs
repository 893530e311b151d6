use trace_memory::trace_memory;

#[deny(unused_variables)]
#[trace_memory]
pub fn idle(extra: String) -> usize {
    let text = String::from("a");
    let (left, right) = (String::new(), String::new());
    right.len()
}

fn main() {}
