use trace_memory::trace_memory;

#[trace_memory]
pub fn maybe(yes: bool) -> String {
    let text: String;
    if yes {
        text = String::from("a");
    }
    text
}

fn main() {}
