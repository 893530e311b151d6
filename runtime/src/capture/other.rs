//! The same questions where there is no unix: what has no answer in the standard library is left out.
//!
//! There is no spool and no report at exit: events that do not fit into a lane are lost and counted.

use std::alloc::{GlobalAlloc, Layout, System};
use std::fs::{File, OpenOptions};
use std::io;
use std::ops::Range;
use std::path::Path;
use std::ptr::NonNull;
use std::sync::OnceLock;
use std::time::Instant;

/// Zeroed memory that is never given back, and does not come from the global allocator.
pub(crate) fn map(bytes: usize) -> Option<NonNull<u8>> {
    let layout = Layout::from_size_align(bytes, 4096).ok()?;
    // SAFETY: the size is not zero: a lane is not.
    NonNull::new(unsafe { System.alloc_zeroed(layout) })
}

/// Nanoseconds of a clock that never goes back.
pub(crate) fn now() -> u64 {
    static START: OnceLock<Instant> = OnceLock::new();
    u64::try_from(START.get_or_init(Instant::now).elapsed().as_nanos()).unwrap_or(u64::MAX)
}

/// How far a file may grow.
pub(crate) fn file_size_limit() -> u64 {
    u64::MAX
}

/// Not here.
pub(crate) fn write_at(_: &File, _: &[u8], _: u64) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Not here.
pub(crate) fn read_at(_: &File, _: &mut [u8], _: u64) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Not here.
pub(crate) fn reserve(_: &File, _: u64, _: u64) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Not here.
pub(crate) fn share(_: &File, _: u64, _: usize) -> io::Result<NonNull<u8>> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Not here.
pub(crate) fn discard(_: &File, _: u64, _: u64) {}

/// Memory that has the shape of a file: not on this system.
pub(crate) fn memory_file() -> io::Result<File> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Gives nothing back.
pub(crate) fn give_back(_: NonNull<u8>, _: usize) {}

/// As the system does it.
pub(crate) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

/// Not here.
pub(crate) fn unnamed_file(_: &Path) -> io::Result<File> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Cannot be told.
pub(crate) fn stack() -> Range<usize> {
    0..0
}

/// Cannot be told.
pub(crate) fn images() -> Vec<Range<usize>> {
    Vec::new()
}

/// Not here.
pub(crate) fn at_exit(_: extern "C" fn()) {}

/// There is no `fork`.
pub(crate) fn stop_in_children() {}

/// There is no such thing.
pub(crate) fn privileged() -> bool {
    false
}

/// Not known until it is tried.
pub(crate) fn error_is_open() -> bool {
    true
}

/// Does `work`: there are no signals.
pub(crate) fn without_signals<R>(work: impl FnOnce() -> R) -> R {
    work()
}

/// Writes to stderr; what cannot be written is dropped.
pub(crate) fn write_error(bytes: &[u8]) {
    let _ = io::Write::write_all(&mut io::stderr(), bytes);
}

/// What tells a file from all others that are open: not on this system.
pub(crate) fn identity(_: &File) -> Option<(u64, u64)> {
    None
}

/// The error of a descriptor that is closed.
pub(crate) fn closed() -> io::Error {
    io::ErrorKind::NotFound.into()
}
