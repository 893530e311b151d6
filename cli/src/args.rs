//! What the verbs have in common on the command line.

use std::path::PathBuf;

use anstream::ColorChoice;
use clap::{Args, ValueEnum};

use crate::pattern::Pattern;

/// When to use colours.
#[derive(Debug, Args)]
pub(crate) struct Color {
    /// When to use colours
    #[arg(long, value_name = "WHEN", global = true, ignore_case = true)]
    color: Option<When>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum When {
    Auto,
    Always,
    Never,
}

impl Color {
    /// Decides for the whole program: the option, then Cargo's setting. Else `NO_COLOR` and its like, and the
    /// terminal, decide for each stream.
    pub(crate) fn choose(&self) {
        let cargo = || match std::env::var("CARGO_TERM_COLOR").as_deref() {
            Ok("always") => Some(When::Always),
            Ok("never") => Some(When::Never),
            _ => None,
        };
        match self.color.or_else(cargo) {
            Some(When::Always) => ColorChoice::Always.write_global(),
            Some(When::Never) => ColorChoice::Never.write_global(),
            Some(When::Auto) | None => {}
        }
    }
}

/// A report of one trace.
#[derive(Debug, Args)]
pub(crate) struct Report {
    #[command(flatten)]
    pub(crate) trace: TraceFile,
    #[command(flatten)]
    pub(crate) filter: Filter,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// A report of one trace that is always about all of it.
#[derive(Debug, Args)]
pub(crate) struct Plain {
    #[command(flatten)]
    pub(crate) trace: TraceFile,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, Args)]
pub(crate) struct TraceFile {
    /// A trace file; `latest` is the newest one in `target/trace-memory`
    #[arg(value_name = "TRACE", default_value = "latest")]
    pub(crate) trace: PathBuf,
}

/// What of a trace is shown.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Filters")]
pub(crate) struct Filter {
    /// Only functions whose path has this in it, or matches it if it has `*`
    #[arg(long, short = 'F', value_name = "PATTERN")]
    pub(crate) function: Option<Pattern>,
    /// Only this thread, by its number
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) thread: Option<u32>,
    /// Only locals of this name
    #[arg(long, value_name = "NAME")]
    pub(crate) local: Option<String>,
}

impl Filter {
    /// Whether a function is shown. What is outside of all functions is, if none is asked for.
    pub(crate) fn has_function(&self, path: Option<&str>) -> bool {
        self.function.as_ref().is_none_or(|pattern| path.is_some_and(|path| pattern.matches(path)))
    }

    pub(crate) fn has_thread(&self, thread: u32) -> bool {
        self.thread.is_none_or(|wanted| wanted == thread)
    }

    pub(crate) fn has_local(&self, name: Option<&str>) -> bool {
        self.local.as_deref().is_none_or(|wanted| name == Some(wanted))
    }
}

/// In which form a report is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    #[default]
    Text,
    Json,
}

/// Where a report goes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct Output {
    /// The form of the report
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    pub(crate) format: Format,
    /// Writes the report into a file; `-` is stdout
    #[arg(long = "output", short = 'o', value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// Replaces the file if it is there
    #[arg(long)]
    pub(crate) force: bool,
    /// Leaves out what differs between runs: times, addresses, sizes of stack frames
    #[arg(long, env = "TRACE_MEMORY_STABLE", hide_env = true, value_parser = clap::builder::FalseyValueParser::new())]
    pub(crate) stable: bool,
}
