//! Where full chunks go: a temporary file without a name, gone with the process; or the file of the trace, of which the
//! chunks are a part themselves, or into which they are written, where it cannot be shared with the system.

use std::fs::File;
use std::io;
use std::ptr::NonNull;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::lane::CHUNK;
use super::sys;

/// Bytes between two segments. The first one is the header of a file that is kept.
pub(crate) const SEGMENT: u64 = 1 << 16;
const BYTES: usize = 1 << 16;
/// Segments that are reserved at once, at most. What is not used stays in the file: a thread may be on its way there.
const AHEAD: u64 = 64;
const _: () = assert!(CHUNK * 8 <= BYTES, "a chunk fits into a segment");

static FILE: OnceLock<File> = OnceLock::new();
static SEGMENTS: AtomicU64 = AtomicU64::new(0);
/// Segments for which there is space, the header included.
static RESERVED: AtomicU64 = AtomicU64::new(1);
static SHARED: AtomicBool = AtomicBool::new(false);
static KEPT: AtomicBool = AtomicBool::new(false);
static FULL: AtomicBool = AtomicBool::new(false);

/// Opens a file of its own, once. Without it, what does not fit into the chunks of the lanes is lost.
pub(crate) fn open() -> io::Result<()> {
    set(sys::temporary_file()?)
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
    FILE.set(file).map_err(|_| io::ErrorKind::AlreadyExists.into())
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
    sys::write_at(FILE.get().ok_or(io::ErrorKind::NotFound)?, bytes, start)
}

/// Writes a segment and says its number, from 1. After one failure there is no second attempt.
pub(super) fn append(bytes: &[u8]) -> Option<u64> {
    let (number, file) = next()?;
    noted(sys::write_at(file, bytes, number * SEGMENT))?;
    Some(number)
}

/// The next segment, and its memory. Space for it is reserved: no write into it can fail.
pub(super) fn share() -> Option<(u64, NonNull<u8>)> {
    let (number, file) = next()?;
    let memory = reserve(file, number).and_then(|()| sys::share(file, number * SEGMENT, BYTES));
    Some((number, noted(memory)?))
}

/// Reserves space up to a segment, and some more: to ask for a little each time takes long. If two threads do, the second
/// asks for what is there.
fn reserve(file: &File, number: u64) -> io::Result<()> {
    let reserved = RESERVED.load(Ordering::Relaxed);
    if number < reserved {
        return Ok(());
    }
    let most = sys::file_size_limit() / SEGMENT;
    let ahead = (number + 1 + number.clamp(1, AHEAD)).min(most);
    let start = reserved * SEGMENT;
    if sys::reserve(file, start, ahead * SEGMENT - start).is_ok() {
        RESERVED.fetch_max(ahead, Ordering::Relaxed);
        return Ok(());
    }
    // There may be room for this one yet. Those before it ask for themselves.
    sys::reserve(file, number * SEGMENT, SEGMENT)
}

/// Gives the memory of a segment back; what is in it is in the file.
pub(super) fn give_back(memory: NonNull<u8>) {
    sys::give_back(memory, BYTES);
}

fn next() -> Option<(u64, &'static File)> {
    if is_full() {
        return None;
    }
    let number = SEGMENTS.fetch_add(1, Ordering::Relaxed) + 1;
    // Writing beyond the limit would kill the program with SIGXFSZ.
    let fits = (number + 1) * SEGMENT <= sys::file_size_limit();
    let file = FILE.get().filter(|_| fits);
    if file.is_none() {
        FULL.store(true, Ordering::Relaxed);
    }
    Some((number, file?))
}

/// After an error the file is full.
fn noted<T>(result: io::Result<T>) -> Option<T> {
    if result.is_err() {
        FULL.store(true, Ordering::Relaxed);
    }
    result.ok()
}

/// Reads the words of a segment from `start` to the end of `bytes`.
pub(super) fn read(segment: u64, start: usize, bytes: &mut [u8]) -> io::Result<()> {
    let file = FILE.get().ok_or(io::ErrorKind::NotFound)?;
    sys::read_at(file, bytes, segment * SEGMENT + start as u64 * 8)
}
