//! JSON Lines: a header, an event in each line, an end.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use trace_memory::event::Event;
use trace_memory::file;
use trace_memory::report::Losses;
use trace_memory::wire;

use super::live::Live;
use super::row::{self, Ev, Row};
use super::{End, event};
use crate::error::Error;
use crate::progress::Progress;

/// The longest line that is read. The longest that is written has the text of a type, and 128 pointers.
const LONGEST: u64 = 1 << 26;
pub(super) const VERSION: u64 = 1;

/// The lines of a trace, behind its header.
pub(super) struct Lines {
    path: PathBuf,
    input: BufReader<File>,
    header: wire::Header,
    line: Vec<u8>,
    number: u64,
    read: u64,
}

/// Why a line is no event, in a sentence.
type Fault = String;

impl Lines {
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        let file = File::open(path).map_err(|error| Error::trace(path, error))?;
        let header = wire::Header {
            pid: 0,
            program: String::new(),
            started_ms: 0,
            allocator: false,
            debug_assertions: false,
            coarse_clock: false,
        };
        let input = BufReader::with_capacity(1 << 17, file);
        let mut lines = Self { path: path.to_owned(), input, header, line: Vec::new(), number: 0, read: 0 };
        lines.next()?;
        lines.header = lines.read_header()?;
        Ok(lines)
    }

    pub(super) fn header(&self) -> &wire::Header {
        &self.header
    }

    /// Any object may stand first in a file that is no trace; one of a later version need not be as ours.
    fn read_header(&self) -> Result<wire::Header, Error> {
        let version =
            serde_json::from_slice::<row::Version>(&self.line).ok().and_then(|row| row.trace_memory);
        match version {
            None if self.line.ends_with(b"\n") => Err(Error::trace(&self.path, file::Error::NotATrace)),
            None => Err(self.fault("the header is cut off")),
            Some(VERSION) => {
                let row: row::Header = self.parse()?;
                let row::Header {
                    pid, program, started_ms, allocator, debug_assertions, coarse_clock, ..
                } = row;
                Ok(wire::Header { pid, program, started_ms, allocator, debug_assertions, coarse_clock })
            }
            Some(version) => Err(Error::Newer(self.path.clone(), version)),
        }
    }

    /// Hands on all events in their order. A last line without a line break is one that a kill cut off,
    /// unless it can be read.
    pub(super) fn events(
        mut self,
        progress: &mut Progress,
        each: &mut dyn FnMut(&Event) -> Result<(), Error>,
    ) -> Result<End, Error> {
        let (mut live, mut names) = (Live::default(), Names::default());
        let (mut said, mut cut_line, mut newest) = (None, None, 0);
        while self.next()? {
            match self.parse::<Row<'_>>() {
                Err(_) if !self.line.ends_with(b"\n") => cut_line = Some(self.number),
                Err(error) => return Err(error),
                Ok(_) if said.is_some() => return Err(self.fault("there is something behind the end")),
                Ok(row) if row.ev == Ev::End => said = Some(self.parse::<row::End>()?),
                Ok(row) => {
                    let event = event::of(row, &mut names).map_err(|fault| self.fault(&fault))?;
                    if event.seq <= newest {
                        return Err(self.fault("the numbers of its events go back"));
                    }
                    newest = event.seq;
                    live.add(&event);
                    each(&event)?;
                    progress.event(Some(self.read));
                }
            }
        }
        let heap_unseen = !self.header.allocator;
        let losses = said.as_ref().map_or_else(
            || Losses { heap_unseen, ..Losses::default() },
            |end| Losses { heap_unseen, lost: end.lost, skipped: end.skipped, non_lifo: end.non_lifo },
        );
        Ok(End {
            losses,
            leaks: live.leaks(),
            finished: said.is_some(),
            was_full: false,
            said: said.map(wire::End::from),
            cut_line,
        })
    }

    /// Reads the next line; whether there is one.
    fn next(&mut self) -> Result<bool, Error> {
        self.line.clear();
        let read = (&mut self.input).take(LONGEST).read_until(b'\n', &mut self.line);
        let read = read.map_err(|error| self.io(error))? as u64;
        self.number += u64::from(read > 0);
        self.read += read;
        if read == LONGEST && !self.line.ends_with(b"\n") {
            return Err(self.fault("the line is longer than 64 MiB"));
        }
        Ok(read > 0)
    }

    fn parse<'a, T: serde::Deserialize<'a>>(&'a self) -> Result<T, Error> {
        serde_json::from_slice(&self.line).map_err(|error| self.fault(&sentence(&error)))
    }

    fn fault(&self, why: &str) -> Error {
        Error::Line(self.path.clone(), self.number, why.to_owned())
    }

    fn io(&self, error: io::Error) -> Error {
        Error::trace(&self.path, error)
    }
}

/// The parser counts lines from the start of each; only its column is of use.
fn sentence(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let what = text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what);
    format!("{what} (column {})", error.column())
}

impl From<row::End> for wire::End {
    fn from(end: row::End) -> Self {
        let row::End { events, lost, skipped, non_lifo, allocs, reallocs, frees } = end;
        Self { events, lost, skipped, non_lifo, allocs, reallocs, frees }
    }
}

/// Texts that come again and again, each once. As many as functions, types and locals in the source.
#[derive(Debug, Default)]
pub(super) struct Names {
    known: HashSet<Arc<str>>,
    /// The functions of the futures that have not ended: they are told when these begin.
    futures: HashMap<u64, Arc<str>>,
}

impl Names {
    pub(super) fn name(&mut self, text: &str) -> Arc<str> {
        if let Some(name) = self.known.get(text) {
            return name.clone();
        }
        let name: Arc<str> = text.into();
        self.known.insert(name.clone());
        name
    }

    pub(super) fn begin_future(&mut self, frame: u64, function: &Arc<str>) {
        self.futures.insert(frame, function.clone());
    }

    pub(super) fn end_frame(&mut self, frame: u64) {
        self.futures.remove(&frame);
    }

    pub(super) fn future(&self, frame: u64) -> Result<Arc<str>, Fault> {
        self.futures.get(&frame).cloned().ok_or_else(|| format!("frame {frame} is of no future that began"))
    }
}
