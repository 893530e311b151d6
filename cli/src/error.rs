//! What went wrong, and the status that says so.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use trace_memory::file;

/// One sentence for whoever called.
#[derive(Debug)]
pub(crate) enum Error {
    /// A trace file cannot be read.
    Trace(PathBuf, file::Error),
    /// Something cannot be written.
    Io(std::io::Error),
    /// What was asked for cannot be done: why, and what can.
    Usage(String),
}

impl Error {
    pub(crate) fn trace(path: &Path, error: impl Into<file::Error>) -> Self {
        Self::Trace(path.to_owned(), error.into())
    }

    #[expect(clippy::print_stderr, reason = "this is where a program says what went wrong")]
    pub(crate) fn report(&self) -> ExitCode {
        eprintln!("error: {self}");
        match self {
            Self::Usage(_) => ExitCode::from(2),
            Self::Trace(..) | Self::Io(_) => ExitCode::FAILURE,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Trace(path, error) => write!(f, "`{}`: {error}", path.display().to_string().escape_debug()),
            Self::Io(error) => error.fmt(f),
            Self::Usage(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for Error {}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}
