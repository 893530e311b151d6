//! A trace in a file of its own, `TRACE_MEMORY=bin:PATH`: the records as the threads wrote them.
//!
//! `docs/trace-format.md` describes the format, word by word.

mod descriptions;
mod reader;

use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

pub use self::reader::Reader;

use crate::capture::spool::SEGMENT;
use crate::capture::{describe, lane, spool, sys};
use crate::print::Style;
use crate::report::Losses;
use crate::trace::{Sink, Trace};
use crate::wire;

/// The version of the format.
///
/// ```
/// assert_eq!(trace_memory::file::VERSION, 3);
/// ```
pub const VERSION: u64 = 3;
/// What a file begins with.
const MAGIC: u64 = u64::from_le_bytes(*b"TRACEMEM");
/// Reads the same only where the bytes of a word stand in the same order.
const ORDER: u64 = 0x0807_0605_0403_0201;

/// Places of words in the header.
const FINISHED: usize = 5;
const LOST: usize = 6;
const SKIPPED: usize = 7;
const FULL: usize = 8;
const NON_LIFO: usize = 9;
const PID: usize = 10;
const STARTED: usize = 11;
const FLAGS: usize = 12;
const PROGRAM: usize = 13;
const IMAGES: usize = 14;
const TEXTS: usize = 15;
const _: () = assert!(FULL as u64 * 8 == spool::FULL_AT, "where the spool writes it");

/// Why a file cannot be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The system cannot read it.
    Io(io::Error),
    /// It does not begin as a trace does.
    NotATrace,
    /// It is of another version of the format.
    Version(u64),
    /// It was written on a machine with another order of bytes, or other sizes of addresses.
    OtherMachine,
    /// A part of it makes no sense: where, in bytes, and what.
    Damaged {
        /// Bytes from the start of the file.
        at: u64,
        /// What is wrong there.
        what: &'static str,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => error.fmt(f),
            Self::NotATrace => f.write_str("not a trace of `TRACE_MEMORY=bin:PATH`"),
            Self::Version(version) => {
                write!(f, "version {version} of the format; this is for version {VERSION}")
            }
            Self::OtherMachine => {
                f.write_str("written on a machine with another order of bytes or size of addresses")
            }
            Self::Damaged { at, what } => write!(f, "damaged at byte {at}: {what}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            _ => None,
        }
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// What is made of a trace.
///
/// ```
/// assert_ne!(trace_memory::file::Format::Tree, trace_memory::file::Format::Summary);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Each call, with what happened in it, and the totals.
    Tree,
    /// The totals.
    Summary,
    /// JSON Lines, as of `TRACE_MEMORY=json:PATH`.
    Json,
}

/// Reads the trace at `path` and writes it as `format` says; gives what was lost of it.
///
/// ```no_run
/// use trace_memory::file::{Format, convert};
/// use trace_memory::print::Style;
///
/// let losses = convert("trace.bin".as_ref(), Format::Json, &Style::default(), &mut std::io::stdout().lock())?;
/// assert_eq!(losses.lost, 0);
/// # Ok::<(), trace_memory::file::Error>(())
/// ```
///
/// # Errors
///
/// See [`Error`]. An error of `out` is one of [`Error::Io`].
pub fn convert(path: &Path, format: Format, style: &Style, out: &mut impl Write) -> Result<Losses, Error> {
    let reader = Reader::open(path)?;
    let sink = if format == Format::Tree { Sink::Tree } else { Sink::Summary };
    let trace = Trace::of_file(reader, *style, sink);
    if format == Format::Json { trace.convert_to_lines(out) } else { trace.convert_to_text(out) }
}

/// Begins a trace in `file`; says why it cannot be shared with the system, if so.
pub(crate) fn begin(file: File, header: &wire::Header) -> io::Result<Option<io::Error>> {
    let unshared = spool::keep(file, &bytes(header))?;
    if describe::keep() { Ok(unshared) } else { Err(io::ErrorKind::OutOfMemory.into()) }
}

/// Ends the trace: writes what is not yet in the file, and how much was lost.
pub(crate) fn finish(losses: &Losses) -> io::Result<()> {
    if !spool::is_shared() {
        lane::all().for_each(lane::Lane::flush);
        describe::close();
    }
    let full = u64::from(spool::is_full());
    let words = [1, losses.lost, losses.skipped, full, losses.non_lifo];
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_ne_bytes()).collect();
    spool::rewrite(&bytes, FINISHED as u64 * 8)?;
    if spool::is_full() { Err(io::Error::other("the file took no more; events are lost")) } else { Ok(()) }
}

/// The first segment, as far as it is used.
fn bytes(header: &wire::Header) -> Vec<u8> {
    let images = sys::images();
    let room = usize::try_from(SEGMENT).unwrap_or(usize::MAX) / 8 - TEXTS;
    let program: Vec<u8> = header.program.bytes().take(room).collect();
    let images = images.get(..images.len().min((room - program.len().div_ceil(8)) / 2)).unwrap_or_default();
    let mut words = [0; TEXTS];
    words[..5].copy_from_slice(&[MAGIC, VERSION, ORDER, size_of::<usize>() as u64, SEGMENT]);
    words[PID] = header.pid.into();
    words[STARTED] = header.started_ms;
    let flags = [header.allocator, header.debug_assertions, header.coarse_clock];
    words[FLAGS] = flags.iter().rev().fold(0, |bits, flag| bits << 1 | u64::from(*flag));
    words[PROGRAM] = program.len() as u64;
    words[IMAGES] = images.len() as u64;
    let mut bytes: Vec<u8> = words.iter().flat_map(|word| word.to_ne_bytes()).collect();
    bytes.extend(&program);
    bytes.resize(bytes.len().next_multiple_of(8), 0);
    bytes.extend(
        images.iter().flat_map(|image| [image.start, image.end]).flat_map(|at| (at as u64).to_ne_bytes()),
    );
    bytes
}
