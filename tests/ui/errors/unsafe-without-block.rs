use trace_memory::trace_memory;

unsafe fn risky(text: String) -> String {
    text
}

#[trace_memory]
pub fn call() -> String {
    let text = String::from("a");
    risky(text)
}

fn main() {}
