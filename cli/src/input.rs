//! Trace files, of either format, as events.

use std::path::{Path, PathBuf};

use trace_memory::event::Event;
use trace_memory::file::Reader;
use trace_memory::report::{Leak, Losses, Resolver};
use trace_memory::wire::Header;

use crate::error::Error;

/// A trace that was opened.
pub(crate) struct Trace {
    path: PathBuf,
    reader: Reader,
}

/// What is known of a trace after its last event.
pub(crate) struct End {
    pub(crate) losses: Losses,
    /// Blocks that are still alive.
    pub(crate) leaks: Vec<Leak>,
}

impl Trace {
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let reader = Reader::open(path).map_err(|error| Error::trace(path, error))?;
        Ok(Self { path: path.to_owned(), reader })
    }

    /// What the program said of itself.
    pub(crate) fn header(&self) -> &Header {
        self.reader.header()
    }

    /// Hands on all events in their order, in bounded memory. An error of `each` ends it.
    pub(crate) fn events(self, each: &mut dyn FnMut(&Event) -> Result<(), Error>) -> Result<End, Error> {
        let mut resolver = Resolver::new(self.reader.images().to_vec());
        let (mut events, mut result) = (Vec::new(), Ok(()));
        let losses = self
            .reader
            .records(&mut |record| {
                resolver.resolve(&record, &mut events);
                for event in events.drain(..) {
                    if result.is_ok() {
                        result = each(&event);
                    }
                }
            })
            .map_err(|error| Error::trace(&self.path, error))?;
        result?;
        Ok(End { losses, leaks: resolver.live_blocks() })
    }
}
