//! `cargo trace-memory run`: builds a program, runs it with a trace, and says where the trace is.

mod all;
mod blame;
mod build;
mod copy;
mod known;
mod ladder;
mod launch;
mod report;
mod selection;
mod wrapper;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use self::build::Built;
use self::selection::{Choice, Options, Place, Selection};
pub(crate) use self::wrapper::compile;
use crate::error::Error;
use crate::output::warn;

/// Builds and runs a program, and keeps a trace of it.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Traces every function of the workspace, in a copy: the source stays as it is
    #[arg(long)]
    all: bool,
    /// With `--all`: lists the functions that are not traced, or not whole
    #[arg(long, short, requires = "all")]
    verbose: bool,
    /// With `--all`: the folder of the crate `trace-memory`, where it is not to come from the registry
    #[arg(long, value_name = "PATH", env = "CARGO_TRACE_MEMORY_RUNTIME")]
    runtime: Option<PathBuf>,
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    options: Options,
    /// What the program is given
    #[arg(last = true, value_name = "ARGS")]
    given: Vec<OsString>,
}

/// Ends as the program does.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Error> {
    let metadata = build::metadata(&arguments.options)?;
    let choice = arguments.selection.choose(&metadata)?;
    let folder = arguments.options.traces(&metadata);
    let built = if arguments.all {
        all::build(arguments, &metadata, choice, &folder.join("all"))?
    } else {
        plain(arguments, choice)?
    };
    let executable = built.executable.as_deref();
    let executable = executable.ok_or_else(|| Error::build("Cargo built no program", ""))?;
    let traces = report::Traces::new(folder, choice)?;
    let mut program = launch::program(choice, executable, &built);
    if std::env::var_os("TRACE_MEMORY").is_some_and(|value| !value.is_empty()) {
        warn("`run` sets `TRACE_MEMORY` itself: it writes a trace file");
    }
    program.args(&arguments.given).env("TRACE_MEMORY", traces.setting());
    let ended = launch::run(program)?;
    if !arguments.options.quiet {
        report::report(&traces, &ended, arguments.all);
    }
    Ok(ExitCode::from(launch::end(ended.status)))
}

fn plain(arguments: &Arguments, choice: Choice<'_>) -> Result<Built, Error> {
    let built = build::build(choice, &arguments.options, &Place::Original)?;
    if built.success {
        return Ok(built);
    }
    built.show_errors();
    Err(does_not_build(choice, ""))
}

fn does_not_build(choice: Choice<'_>, help: &str) -> Error {
    Error::build(format!("`{}` does not build", choice.target.name.escape_debug()), help)
}
