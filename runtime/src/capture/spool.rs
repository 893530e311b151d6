//! Where full chunks go: a temporary file without a name, gone with the process.

use std::fs::File;
use std::io;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::lane::CHUNK;
use super::sys;

/// Bytes between two segments.
const SEGMENT: u64 = 1 << 16;
const _: () = assert!(CHUNK * 8 <= 1 << 16, "a chunk fits into a segment");

static FILE: OnceLock<File> = OnceLock::new();
static SEGMENTS: AtomicU64 = AtomicU64::new(0);
static FULL: AtomicBool = AtomicBool::new(false);

/// Opens the file, once. Without it, what does not fit into the chunks of the lanes is lost.
pub(crate) fn open() -> io::Result<()> {
    let file = sys::temporary_file()?;
    FILE.set(file).map_err(|_| io::ErrorKind::AlreadyExists.into())
}

/// Whether events were lost because the file took no more.
pub(crate) fn is_full() -> bool {
    FULL.load(Ordering::Relaxed)
}

/// Writes a segment and says its number, from 1. After one failure there is no second attempt.
pub(super) fn append(bytes: &[u8]) -> Option<u64> {
    if is_full() {
        return None;
    }
    let number = SEGMENTS.fetch_add(1, Ordering::Relaxed);
    let start = number * SEGMENT;
    // Writing beyond the limit would kill the program with SIGXFSZ.
    let written = start + SEGMENT <= sys::file_size_limit()
        && FILE.get().is_some_and(|file| sys::write_at(file, bytes, start).is_ok());
    if !written {
        FULL.store(true, Ordering::Relaxed);
        return None;
    }
    Some(number + 1)
}

/// Reads the words of a segment from `start` to the end of `bytes`.
pub(super) fn read(segment: u64, start: usize, bytes: &mut [u8]) -> io::Result<()> {
    let file = FILE.get().ok_or(io::ErrorKind::NotFound)?;
    let start = segment.saturating_sub(1) * SEGMENT + start as u64 * 8;
    sys::read_at(file, bytes, start)
}
