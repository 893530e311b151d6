//! A realistic program: reads a JSON file and prints statistics about it.
//!
//! ```text
//! cargo run --release --example json_stats -- --make 10 in.json     # writes 10 MB of input
//! cargo run --release --example json_stats -- in.json               # tree on stderr
//! TRACE_MEMORY=json:t.jsonl cargo run --release --example json_stats -- in.json
//! ```
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line program")]

mod statistics;

use std::process::ExitCode;

use trace_memory::trace_memory;

const USAGE: &str = "usage: json_stats FILE | json_stats --make MEGABYTES FILE";

#[trace_memory]
fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match args.as_slice() {
        [file] if file != "--make" => statistics::of_file(file).map(|statistics| statistics.to_string()),
        [flag, megabytes, file] if flag == "--make" => make(megabytes, file),
        _ => Err(USAGE.to_owned()),
    };
    match outcome {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("json_stats: {message}");
            ExitCode::FAILURE
        }
    }
}

fn make(megabytes: &str, file: &str) -> Result<String, String> {
    let megabytes = megabytes.parse().map_err(|error| format!("`{megabytes}`: {error}; {USAGE}"))?;
    statistics::make_file(megabytes, file)?;
    Ok(format!("wrote {megabytes} MB to {file}"))
}
