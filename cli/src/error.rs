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
    /// What was asked for is not there: what, and what to write instead.
    Usage(String, String),
    /// Something failed that was to be expected to work: what, and what to do.
    Failed(String, String),
    /// The program does not build: what of it, and what to do.
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

    #[expect(clippy::print_stderr, reason = "this is where a program says what went wrong")]
    pub(crate) fn report(&self) -> ExitCode {
        eprintln!("error: {self}");
        match self {
            Self::Usage(_, help) | Self::Failed(_, help) | Self::Build(_, help) if !help.is_empty() => {
                eprintln!(" help: {help}");
            }
            _ => {}
        }
        match self {
            Self::Usage(..) => ExitCode::from(2),
            Self::Build(..) => ExitCode::from(101),
            _ => ExitCode::FAILURE,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Trace(path, error) => write!(f, "`{}`: {error}", path.display().to_string().escape_debug()),
            Self::Io(error) => error.fmt(f),
            Self::Usage(what, _) | Self::Failed(what, _) | Self::Build(what, _) => f.write_str(what),
        }
    }
}

impl std::error::Error for Error {}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}
