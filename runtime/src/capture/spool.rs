//! Where full chunks go: memory that has the shape of a file, or, where the system has no such thing, a temporary file
//! without a name; both are gone with the process. Or the file of the trace. There, the chunks of the lanes are
//! segments, too, shared with the system, unless the file cannot be shared.
//!
//! What does not stay in a file is bounded: when there is more than the limit, whoever fills the next chunk has it read.

use std::fs::File;
use std::io;
use std::ptr::NonNull;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::lane::CHUNK;
use super::owned::Owned;
use super::sys;

/// Bytes between two segments. The first one is the header of a file that is kept.
pub(crate) const SEGMENT: u64 = 1 << 16;
const BYTES: usize = 1 << 16;
const _: () = assert!(CHUNK * 8 <= BYTES, "a chunk fits into a segment");

/// In the header of a file that is kept: not 0 once the file took no more.
pub(crate) const FULL_AT: u64 = 8 * 8;

static FILE: OnceLock<Owned> = OnceLock::new();
static SEGMENTS: AtomicU64 = AtomicU64::new(0);
static SHARED: AtomicBool = AtomicBool::new(false);
static KEPT: AtomicBool = AtomicBool::new(false);
static FULL: AtomicBool = AtomicBool::new(false);
/// Segments that are not kept and were not read yet, and how many there may be.
static WAITING: AtomicU64 = AtomicU64::new(0);
static LIMIT: AtomicU64 = AtomicU64::new(u64::MAX);

/// Opens a file of its own, once, for about `limit` bytes. Without it, what does not fit into the chunks of the lanes is
/// lost.
pub(crate) fn open(limit: u64) -> io::Result<()> {
    LIMIT.store((limit / SEGMENT).max(1), Ordering::Relaxed);
    set(sys::temporary_file()?)
}

/// Whether so much waits to be read that it has to be read now.
pub(super) fn is_crowded() -> bool {
    WAITING.load(Ordering::Relaxed) >= LIMIT.load(Ordering::Relaxed)
}

/// Keeps the trace in `file`, which begins with `header`; says why it cannot be shared with the system, if so.
pub(crate) fn keep(file: File, header: &[u8]) -> io::Result<Option<io::Error>> {
    if SEGMENT > sys::file_size_limit() {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    sys::reserve(&file, 0, SEGMENT)?;
    sys::write_at(&file, header, 0)?;
    let shared = sys::share(&file, 0, BYTES).inspect(|memory| sys::give_back(*memory, BYTES));
    set(file)?;
    KEPT.store(true, Ordering::Relaxed);
    SHARED.store(shared.is_ok(), Ordering::Relaxed);
    Ok(shared.err())
}

fn set(file: File) -> io::Result<()> {
    FILE.set(Owned::new(file)).map_err(|_| io::ErrorKind::AlreadyExists.into())
}

fn file() -> io::Result<&'static File> {
    FILE.get().ok_or(io::ErrorKind::NotFound)?.get()
}

/// Whether the trace stays in a file, and what its records point to has to be described there.
#[inline]
pub(crate) fn is_kept() -> bool {
    KEPT.load(Ordering::Relaxed)
}

/// Whether chunks are segments of the file.
pub(crate) fn is_shared() -> bool {
    SHARED.load(Ordering::Relaxed)
}

/// Whether events were lost because the file took no more.
pub(crate) fn is_full() -> bool {
    FULL.load(Ordering::Relaxed)
}

/// Writes over a part of the header.
pub(crate) fn rewrite(bytes: &[u8], start: u64) -> io::Result<()> {
    sys::write_at(file()?, bytes, start)
}

/// Writes a segment and says its number, from 1. After one failure there is no second attempt.
pub(super) fn append(bytes: &[u8]) -> Option<u64> {
    let (number, file) = next()?;
    noted(sys::write_at(file, bytes, number * SEGMENT))?;
    if !is_kept() {
        WAITING.fetch_add(1, Ordering::Relaxed);
    }
    Some(number)
}

/// Gives back the space of a segment that was read.
pub(super) fn release(segment: u64) {
    WAITING.fetch_sub(1, Ordering::Relaxed);
    if let Ok(file) = file() {
        sys::discard(file, segment * SEGMENT, SEGMENT);
    }
}

/// The memory of a new segment. Space for it is reserved: no write into it can fail.
pub(super) fn share() -> Option<NonNull<u8>> {
    let (number, file) = next()?;
    let start = number * SEGMENT;
    noted(sys::reserve(file, start, SEGMENT).and_then(|()| sys::share(file, start, BYTES)))
}

fn next() -> Option<(u64, &'static File)> {
    if is_full() {
        return None;
    }
    let number = SEGMENTS.fetch_add(1, Ordering::Relaxed) + 1;
    // Writing beyond the limit would kill the program with SIGXFSZ.
    let fits = (number + 1) * SEGMENT <= sys::file_size_limit();
    let file = file().ok().filter(|_| fits);
    if file.is_none() {
        fill();
    }
    Some((number, file?))
}

/// After an error the file is full.
fn noted<T>(result: io::Result<T>) -> Option<T> {
    if result.is_err() {
        fill();
    }
    result.ok()
}

/// The file takes no more. It says so itself: the program may not come to its end.
#[cold]
fn fill() {
    if !FULL.swap(true, Ordering::Relaxed) && is_kept() {
        // If not even that can be written, the number of lost events at the end says so.
        let _ = rewrite(&1_u64.to_ne_bytes(), FULL_AT);
    }
}

/// Reads the words of a segment from `start` to the end of `bytes`.
pub(super) fn read(segment: u64, start: usize, bytes: &mut [u8]) -> io::Result<()> {
    sys::read_at(file()?, bytes, segment * SEGMENT + start as u64 * 8)
}
