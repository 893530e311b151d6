//! What went wrong: one sentence, a hint, and the status that says so.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use trace_memory::file;
use trace_memory::print::escape;

use crate::exit::Exit;

/// Where a program that reads newer traces comes from.
const UPDATE: &str = "update this command: `cargo install cargo-trace-memory`";

/// One sentence for whoever called.
#[derive(Debug)]
pub(crate) enum Error {
    /// A trace file cannot be read.
    Trace(PathBuf, file::Error),
    /// A line of a JSON trace makes no sense: which one, from 1, and why.
    Line(PathBuf, u64, String),
    /// A JSON trace is of a later version.
    Newer(PathBuf, u64),
    /// A file is there already.
    Exists(PathBuf),
    /// A file cannot be written.
    Write(PathBuf, io::Error),
    /// The report cannot be written.
    Io(io::Error),
    /// What was asked for is not there: what, and what to write instead.
    Usage(String, String),
    /// Something failed that was to be expected to work: what, and what to do.
    Failed(String, String),
    /// The program to be traced does not build: what of it, and what to do.
    Build(String, String),
}

impl Error {
    pub(crate) fn trace(path: &Path, error: impl Into<file::Error>) -> Self {
        Self::Trace(path.to_owned(), error.into())
    }

    pub(crate) fn usage(what: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Usage(what.into(), help.into())
    }

    pub(crate) fn failed(what: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Failed(what.into(), help.into())
    }

    pub(crate) fn build(what: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Build(what.into(), help.into())
    }

    /// The reader of the report closed it, as `head` does: nothing went wrong.
    pub(crate) fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Io(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }

    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Usage(..) | Self::Exists(_) => Exit::Usage,
            Self::Build(..) => Exit::BuildFailed,
            _ => Exit::Unexpected,
        }
    }

    /// What to do about it.
    fn help(&self) -> Option<&str> {
        match self {
            Self::Usage(_, help) | Self::Failed(_, help) | Self::Build(_, help) if !help.is_empty() => {
                Some(help)
            }
            Self::Exists(_) => Some("`--force` replaces it"),
            Self::Newer(..) | Self::Trace(_, file::Error::Version(_)) => Some(UPDATE),
            Self::Trace(_, file::Error::NotATrace) => {
                Some("traces are written by `TRACE_MEMORY=bin:PATH` and `TRACE_MEMORY=json:PATH`")
            }
            Self::Trace(_, file::Error::OtherMachine) => {
                Some("convert it to JSON there: `cargo trace-memory export --format jsonl`")
            }
            Self::Trace(_, file::Error::Io(error)) if error.kind() == io::ErrorKind::NotFound => {
                Some("without a name, the newest trace below `target/trace-memory` is read")
            }
            Self::Trace(_, file::Error::Io(_)) => Some("name a file that can be read"),
            Self::Line(..) | Self::Trace(_, file::Error::Damaged { .. }) => {
                Some("the file was damaged or changed; trace the program again")
            }
            Self::Write(..) => Some("`-o` takes another place for it"),
            _ => None,
        }
    }

    #[expect(clippy::print_stderr, reason = "this is where a program says what went wrong")]
    pub(crate) fn report(&self) {
        eprintln!("error: {self}");
        if let Some(help) = self.help() {
            eprintln!(" help: {help}");
        }
    }
}

/// A path, safe to show.
pub(crate) fn shown(path: &Path) -> String {
    format!("`{}`", escape(&path.display().to_string()))
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Trace(path, file::Error::NotATrace) => write!(f, "{} is not a trace", shown(path)),
            Self::Trace(path, error) => write!(f, "{}: {error}", shown(path)),
            Self::Line(path, line, why) => write!(f, "{}, line {line}: {}", shown(path), escape(why)),
            Self::Newer(path, version) => {
                write!(f, "{}: version {version} of the format; this is for version 1", shown(path))
            }
            Self::Exists(path) => write!(f, "{} is there already", shown(path)),
            Self::Write(path, error) => write!(f, "{}: {error}", shown(path)),
            Self::Io(error) => write!(f, "the report cannot be written: {error}"),
            Self::Usage(what, _) | Self::Failed(what, _) | Self::Build(what, _) => f.write_str(what),
        }
    }
}

impl std::error::Error for Error {}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Io(error.into())
    }
}
