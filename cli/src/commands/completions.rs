//! `completions`: a script for a shell.

use std::io::Write as _;

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::error::Error;
use crate::exit::Exit;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The shell that is to complete
    #[arg(value_enum)]
    shell: Shell,
}

/// Writes the script for the program's own name: completion after `cargo` is for Cargo's to hand on.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Error> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut crate::Cargo::command(), "cargo-trace-memory", &mut script);
    std::io::stdout().write_all(&script)?;
    Ok(Exit::Success)
}
