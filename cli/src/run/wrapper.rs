//! The compiler of the copy, which is told where the copy's sources come from.
//!
//! Cargo starts this program in the compiler's place for the packages of the workspace (`RUSTC_WORKSPACE_WRAPPER`), and
//! for nothing else. Unlike `RUSTFLAGS`, that leaves the flags that the user chose as they are.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::{Command, ExitCode};

use crate::error::Error;

/// What Cargo calls the wrapper by.
const VARIABLE: &str = "RUSTC_WORKSPACE_WRAPPER";
/// The sources' two places, the copy's first, as the compiler's option has them.
const PLACES: &str = "__CARGO_TRACE_MEMORY_PLACES";
/// The wrapper that the user has.
const INNER: &str = "__CARGO_TRACE_MEMORY_WRAPPER";

/// Says where the copy's sources come from.
pub(super) fn places(copy: &Path, original: &Path) -> OsString {
    let mut places = OsString::from(copy);
    places.push("=");
    places.push(original);
    places
}

/// Makes this program the compiler of what Cargo builds.
pub(super) fn set(cargo: &mut Command, places: &OsStr) -> Result<(), Error> {
    let own = env::current_exe()
        .map_err(|error| Error::failed(format!("this program cannot find itself: {error}"), ""))?;
    if let Some(inner) = env::var_os(VARIABLE).filter(|inner| !inner.is_empty()) {
        cargo.env(INNER, inner);
    }
    cargo.env(VARIABLE, own).env(PLACES, places);
    Ok(())
}

/// Compiles, if that is what this program was started for.
pub(crate) fn compile() -> Option<ExitCode> {
    let places = env::var_os(PLACES)?;
    let mut arguments = env::args_os().skip(1).peekable();
    // A program that this one built may call it, as anyone.
    if arguments.peek().is_none_or(|first| first == "trace-memory") {
        return None;
    }
    let program = env::var_os(INNER);
    let program = program.or_else(|| arguments.next())?;
    let mut compiler = Command::new(program);
    compiler.args(arguments).arg("--remap-path-prefix").arg(places);
    Some(run(compiler))
}

#[cfg(unix)]
#[expect(clippy::print_stderr, reason = "Cargo shows what the compiler says there")]
fn run(mut compiler: Command) -> ExitCode {
    use std::os::unix::process::CommandExt as _;
    let error = compiler.exec();
    eprintln!("error: the compiler does not run: {error}");
    ExitCode::FAILURE
}

#[cfg(not(unix))]
#[expect(clippy::print_stderr, reason = "Cargo shows what the compiler says there")]
fn run(mut compiler: Command) -> ExitCode {
    match compiler.status() {
        Ok(status) => {
            status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from)
        }
        Err(error) => {
            eprintln!("error: the compiler does not run: {error}");
            ExitCode::FAILURE
        }
    }
}
