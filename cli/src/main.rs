//! `cargo trace-memory`: see `cargo trace-memory --help`.

mod error;
mod input;
mod run;

use std::process::ExitCode;

use clap::Parser;

use crate::error::Error;

/// Cargo calls `cargo-trace-memory trace-memory …`.
#[derive(Debug, Parser)]
#[command(name = "cargo", bin_name = "cargo", disable_help_subcommand = true)]
enum Cargo {
    #[command(subcommand, version, about)]
    TraceMemory(Command),
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Builds and runs a program, and keeps a trace of it
    Run(run::Arguments),
    /// Checks that a trace file can be read, and says what was lost
    Check {
        /// A trace file
        trace: std::path::PathBuf,
    },
}

fn main() -> ExitCode {
    if let Some(code) = run::compile() {
        return code;
    }
    let Cargo::TraceMemory(command) = Cargo::parse();
    match run(command) {
        Ok(code) => code,
        Err(error) => error.report(),
    }
}

fn run(command: Command) -> Result<ExitCode, Error> {
    match command {
        Command::Run(arguments) => run::run(&arguments),
        Command::Check { trace } => {
            let mut events = 0_u64;
            input::Trace::open(&trace)?.events(&mut |_| {
                events += 1;
                Ok(())
            })?;
            Ok(ExitCode::SUCCESS)
        }
    }
}
