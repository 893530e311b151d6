//! A `?` that makes another error.
use trace_memory::trace_memory;

#[derive(Debug)]
struct Mine(usize);

impl From<core::num::ParseIntError> for Mine {
    fn from(error: core::num::ParseIntError) -> Self {
        Self(vec![error].len())
    }
}

#[trace_memory(stack_only(deep))]
fn calls(text: &str) -> Result<u32, Mine> {
    let number: u32 = text.parse::<u32>()?;
    Ok(number)
}

fn main() {
    assert!(calls("x").is_err());
}
