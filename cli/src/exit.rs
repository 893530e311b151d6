//! The statuses a command ends with. Scripts rely on them: they change with the major version only.

use std::process::ExitCode;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    Success = 0,
    /// A file cannot be read or written, or a trace makes no sense.
    Unexpected = 1,
    /// The command line asks for something that is not there.
    Usage = 2,
    /// A budget is exceeded, or a comparison found an increase.
    Violation = 100,
    /// The program to be traced does not build.
    BuildFailed = 101,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
