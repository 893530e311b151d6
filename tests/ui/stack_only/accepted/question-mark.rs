//! `?` on options and results, with a conversion.

use std::hint::black_box;
use std::num::ParseIntError;

use trace_memory::trace_memory;

#[derive(Debug)]
enum Wrong {
    NoPlus,
    Number(#[expect(dead_code, reason = "it is only shown")] ParseIntError),
}

impl From<ParseIntError> for Wrong {
    fn from(error: ParseIntError) -> Self {
        Self::Number(error)
    }
}

#[trace_memory(stack_only)]
fn f(text: &str) -> Result<u32, Wrong> {
    let (left, right) = text.split_once('+').ok_or(Wrong::NoPlus)?;
    Ok(left.parse::<u32>()? + right.parse::<u32>()?)
}

fn main() {
    let _ = black_box(f("1+2"));
    let _ = black_box(f("x"));
}
