//! Reads a trace that a program wrote under `TRACE_MEMORY=bin:PATH`, and prints it as `tree`, `summary` or `json`.
//!
//! ```text
//! TRACE_MEMORY=bin:trace.bin cargo run --example stack_and_heap
//! cargo run --example convert -- trace.bin tree
//! ```

use std::io::{self, BufWriter};
use std::process::ExitCode;

use trace_memory::file::{Format, convert};
use trace_memory::print::Style;

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let (path, format) = (args.next(), args.next());
    let format = match format.as_deref() {
        None | Some("tree") => Format::Tree,
        Some("summary") => Format::Summary,
        Some("json") => Format::Json,
        Some(other) => return fails(&format!("`{other}` is none of `tree`, `summary`, `json`")),
    };
    let Some(path) = path else { return fails("write the path of a trace, and `tree`, `summary` or `json`") };
    let style = Style { width: 100, ..Style::default() };
    let mut out = BufWriter::new(io::stdout().lock());
    match convert(path.as_ref(), format, &style, &mut out) {
        Ok(losses) if losses.lost > 0 => fails(&format!("{} events are lost", losses.lost)),
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => fails(&format!("`{path}`: {error}")),
    }
}

#[expect(clippy::print_stderr, reason = "it is a command")]
fn fails(why: &str) -> ExitCode {
    eprintln!("convert: {why}");
    ExitCode::FAILURE
}
