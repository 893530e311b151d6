//! What capture asks of the operating system.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

#[cfg(not(unix))]
use super::other as os;
#[cfg(unix)]
use super::unix as os;

pub(crate) use os::{
    at_exit, error_is_open, images, privileged, stop_in_children, without_signals, write_error,
};
pub(super) use os::{
    closed, discard, file_size_limit, give_back, identity, map, read_at, reserve, share, stack, write_at,
};

static START: AtomicU64 = AtomicU64::new(0);

/// Sets the clock of the trace to zero.
pub(crate) fn start_clock() {
    START.store(os::now(), Ordering::Relaxed);
}

/// Nanoseconds of the trace.
pub(super) fn since_start() -> u64 {
    os::now().saturating_sub(START.load(Ordering::Relaxed))
}

/// A file for this process alone, without a name.
pub(super) fn temporary_file() -> io::Result<File> {
    let directory = std::env::temp_dir();
    os::memory_file().or_else(|_| os::unnamed_file(&directory)).or_else(|_| named_file(&directory))
}

/// The same, for file systems that want a name: it is removed at once.
fn named_file(directory: &Path) -> io::Result<File> {
    let name = format!(".trace-memory-{}-{:x}", std::process::id(), os::now());
    let path = directory.join(name);
    let file = os::private(OpenOptions::new().read(true).write(true).create_new(true)).open(&path)?;
    std::fs::remove_file(&path)?;
    Ok(file)
}

/// Creates the file of a trace, readable by its owner only. A link is not followed. An existing file
/// is refused, or, with `overwrite`, unlinked if it is a regular one: its other names keep their data,
/// and nobody who could read it can read the trace.
pub(crate) fn create(path: &Path, overwrite: bool) -> io::Result<File> {
    let created = os::private(OpenOptions::new().read(true).write(true).create_new(true)).open(path);
    match created {
        Err(error) if overwrite && error.kind() == io::ErrorKind::AlreadyExists => {}
        created => return created,
    }
    if !std::fs::symlink_metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, "not a regular file"));
    }
    std::fs::remove_file(path)?;
    os::private(OpenOptions::new().read(true).write(true).create_new(true)).open(path)
}
