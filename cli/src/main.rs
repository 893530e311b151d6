//! `cargo trace-memory`: see `cargo trace-memory --help`.

#![forbid(unsafe_code)]

mod args;
mod commands;
mod error;
mod exit;
mod export;
mod input;
mod output;
mod pattern;
mod profile;
mod progress;
mod run;
mod table;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::args::{Color, Plain, Report};
use crate::commands::{check, completions, diff, drops, leaks, show, sites, summary, tree};
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
    /// Builds and runs a program, and keeps a trace of it
    Run(run::Arguments),
    /// Shows each outermost call, and what happened in it
    Tree(Report),
    /// Shows the totals of a trace, and of each function
    Summary(summary::Arguments),
    /// Lists the heap blocks that were never freed
    Leaks(Report),
    /// Lists the statements that allocate most, in vain, or by growing
    Sites(sites::Arguments),
    /// Shows in which order a function drops its locals
    Drops(drops::Arguments),
    /// Shows one call of a function in full
    Show(show::Arguments),
    /// Compares two traces, by function and statement
    Diff(diff::Arguments),
    /// Checks a trace for contradictions, and says what it lacks
    Check(Plain),
    /// Converts a trace for other people's viewers
    Export(export::Export),
    /// Prints completions for a shell
    Completions(completions::Arguments),
}

fn main() -> ExitCode {
    if let Some(code) = run::compile() {
        return code;
    }
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
        Command::Run(arguments) => return run::run(&arguments),
        Command::Tree(arguments) => tree::run(&arguments),
        Command::Summary(arguments) => summary::run(&arguments),
        Command::Leaks(arguments) => leaks::run(&arguments),
        Command::Sites(arguments) => sites::run(&arguments),
        Command::Drops(arguments) => drops::run(&arguments),
        Command::Show(arguments) => show::run(&arguments),
        Command::Diff(arguments) => diff::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Export(export) => export.run(),
        Command::Completions(arguments) => completions::run(&arguments),
    };
    exit.map(ExitCode::from)
}
