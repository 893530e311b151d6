//! A `fn main` that says how the program ends.

use std::process::ExitCode;

use trace_memory::trace_memory;

#[trace_memory]
fn main() -> ExitCode {
    let text = String::from("seven");
    ExitCode::from(text.len() as u8 + 2)
}
