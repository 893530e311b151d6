//! `cargo trace-memory`: see `cargo trace-memory --help`.

mod args;
mod commands;
mod error;
mod exit;
mod input;
mod output;
mod pattern;
mod progress;
mod table;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::args::{Color, Report};
use crate::commands::{completions, leaks, tree};
use crate::error::Error;

/// Cargo calls `cargo-trace-memory trace-memory …`.
#[derive(Debug, Parser)]
#[command(name = "cargo", bin_name = "cargo", disable_help_subcommand = true)]
#[command(styles = clap_cargo::style::CLAP_STYLING)]
pub(crate) enum Cargo {
    /// Shows where the values of a Rust program live, from a trace of it
    #[command(version, disable_help_subcommand = true)]
    TraceMemory(Arguments),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    color: Color,
}

/// The verbs. Those that read a trace take the newest one if they are given none.
#[derive(Debug, Subcommand)]
enum Command {
    /// Shows each outermost call, and what happened in it
    Tree(Report),
    /// Lists the heap blocks that were never freed
    Leaks(Report),
    /// Prints completions for a shell
    Completions(completions::Arguments),
}

fn main() -> ExitCode {
    let Cargo::TraceMemory(Arguments { command, color }) = Cargo::parse();
    color.choose();
    match run(command) {
        Ok(code) => code,
        Err(error) if error.is_closed_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            error.report();
            error.exit().into()
        }
    }
}

fn run(command: Command) -> Result<ExitCode, Error> {
    let exit = match command {
        Command::Tree(arguments) => tree::run(&arguments),
        Command::Leaks(arguments) => leaks::run(&arguments),
        Command::Completions(arguments) => completions::run(&arguments),
    };
    exit.map(ExitCode::from)
}
