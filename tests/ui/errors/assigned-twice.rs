use trace_memory::trace_memory;

#[trace_memory]
pub fn twice() -> String {
    let text = String::from("a");
    text = String::from("b");
    text
}

fn main() {}
