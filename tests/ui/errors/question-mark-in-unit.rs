use trace_memory::trace_memory;

#[trace_memory]
pub fn parse(text: &str) {
    let number: u32 = text.parse()?;
    drop(number);
}

fn main() {}
