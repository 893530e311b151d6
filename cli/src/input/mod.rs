//! Trace files, of either format, as events.

mod event;
mod json;
mod latest;
mod live;
mod pipe;
mod row;
#[cfg(test)]
mod tests;

use std::convert::Infallible;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::thread;

use trace_memory::event::Event;
use trace_memory::file::{self, Reader};
use trace_memory::report::{Leak, Losses, Resolver};
use trace_memory::wire::{self, Header};

use crate::error::{Error, shown};
use crate::output::warn;
use crate::progress::Progress;

/// A trace that was opened.
pub(crate) struct Trace {
    path: PathBuf,
    source: Source,
}

enum Source {
    Bin(Box<Reader>),
    Json(Box<json::Lines>),
}

/// What is known of a trace after its last event.
#[derive(Debug)]
pub(crate) struct End {
    pub(crate) losses: Losses,
    /// Blocks that are still alive.
    pub(crate) leaks: Vec<Leak>,
    /// Whether the program ended by itself, and the file is whole.
    pub(crate) finished: bool,
    /// Whether the file took no more before the program was ended: nobody knows how much is missing.
    pub(crate) was_full: bool,
    /// What the trace says of itself at its end.
    pub(crate) said: Option<wire::End>,
    /// A last line that is cut off, by its number.
    pub(crate) cut_line: Option<u64>,
}

/// What is missing from a trace whose file took no more.
pub(crate) const FULL: &str =
    "the file took no more at some time: events are missing, and nobody knows how many";

impl End {
    /// Whether everything that the program did is in the trace.
    pub(crate) fn is_complete(&self) -> bool {
        let Losses { lost, skipped, .. } = self.losses;
        self.finished && lost == 0 && skipped == 0
    }

    /// Says on stderr what a reader of a report has to know.
    pub(crate) fn warn(&self) {
        if !self.finished {
            warn("the program did not end by itself: the trace ends before it did");
        }
        if self.was_full {
            warn(FULL);
        }
        if let Some(line) = self.cut_line {
            warn(&format!("line {line} is cut off; what is before it is read"));
        }
        if self.losses.lost > 0 {
            warn(&format!("{} events are missing from the trace", self.losses.lost));
        }
        if self.losses.heap_unseen {
            warn("the allocator was not installed: the trace has no heap events");
        }
    }
}

impl Trace {
    /// Opens a trace; `latest` is the newest of the workspace, unless a file has that name.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let latest = path == Path::new("latest") && !path.exists();
        let path = if latest { latest::find()? } else { path.to_owned() };
        let failed = |error| Error::trace(&path, file::Error::Io(error));
        let source = match Kind::of(&path).map_err(failed)? {
            Kind::Json => Source::Json(Box::new(json::Lines::open(&path)?)),
            Kind::Bin => {
                let reader = Reader::open(&path).map_err(|error| Error::trace(&path, error))?;
                Source::Bin(Box::new(reader))
            }
            Kind::Other => return Err(Error::trace(&path, file::Error::NotATrace)),
        };
        Ok(Self { path, source })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The name of its format, as `TRACE_MEMORY` has it.
    pub(crate) fn format(&self) -> &'static str {
        match self.source {
            Source::Bin(_) => "bin",
            Source::Json(_) => "json",
        }
    }

    /// The version of its format.
    pub(crate) fn version(&self) -> u64 {
        match self.source {
            Source::Bin(_) => file::VERSION,
            Source::Json(_) => json::VERSION,
        }
    }

    /// What the program said of itself.
    pub(crate) fn header(&self) -> &Header {
        match &self.source {
            Source::Bin(reader) => reader.header(),
            Source::Json(lines) => lines.header(),
        }
    }

    /// Hands on all events in their order, in bounded memory. An error of `each` ends it.
    pub(crate) fn events(self, each: &mut dyn FnMut(&Event) -> Result<(), Error>) -> Result<End, Error> {
        let bytes = std::fs::metadata(&self.path).map_or(0, |metadata| metadata.len());
        let mut progress = Progress::new(&format!("reading {}", shown(&self.path)), bytes);
        match self.source {
            Source::Bin(reader) => records(&self.path, *reader, &mut progress, each),
            Source::Json(lines) => lines.events(&mut progress, each),
        }
    }
}

/// One thread reads records, another makes events of them, and this one hands these on. They are not waited for where the
/// report needs no more of the trace.
fn records(
    path: &Path,
    reader: Reader,
    progress: &mut Progress,
    each: &mut dyn FnMut(&Event) -> Result<(), Error>,
) -> Result<End, Error> {
    let finished = reader.is_finished();
    // At its end, the program says how much is missing.
    let was_full = reader.is_full() && !finished;
    let mut resolver = Resolver::new(reader.images().to_vec()).coarse_clock(reader.header().coarse_clock);
    let (mut read, records) = pipe::pipe();
    let (mut made, events) = pipe::pipe();
    let reading = thread::spawn(move || reader.records(&mut |record| read.send(record)));
    let resolving = thread::spawn(move || {
        let Ok(()) = records.receive(|record| {
            resolver.resolve(record).into_iter().for_each(|event| made.send(event));
            Ok::<(), Infallible>(())
        });
        drop(made);
        resolver.live_blocks()
    });
    events.receive(|event| {
        progress.event(None);
        each(event)
    })?;
    let leaks = resolving.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    let read = reading.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    // What stands before a fault is a part of the trace.
    let losses = read.map_err(|error| Error::trace(path, error))?;
    Ok(End { losses, leaks, finished, was_full, said: None, cut_line: None })
}

/// What a file begins as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Bin,
    Json,
    Other,
}

impl Kind {
    /// By its first bytes. A trace of a machine with another order of bytes counts: its reader says so.
    pub(crate) fn of(path: &Path) -> std::io::Result<Self> {
        let mut start = Vec::new();
        File::open(path)?.take(8).read_to_end(&mut start)?;
        Ok(match start.as_slice() {
            b"TRACEMEM" | b"MEMECART" => Self::Bin,
            [b'{', ..] => Self::Json,
            _ => Self::Other,
        })
    }
}
