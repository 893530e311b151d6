//! A `fn main` that returns an error.

use trace_memory::trace_memory;

#[trace_memory]
fn number(text: &str) -> Result<u8, Box<dyn std::error::Error>> {
    let trimmed = text.trim().to_owned();
    Ok(trimmed.parse()?)
}

#[trace_memory]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("{}", number(" 7 ")?);
    let failed = number("seven")?;
    println!("{failed}");
    Ok(())
}
