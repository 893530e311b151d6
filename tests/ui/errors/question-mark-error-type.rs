use trace_memory::trace_memory;

#[trace_memory]
pub fn parse(text: &str) -> Result<u32, String> {
    let number: u32 = text.parse()?;
    Ok(number)
}

fn main() {}
