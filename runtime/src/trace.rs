//! Reading what was captured, and making text of it.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::time::SystemTime;

use crate::capture::drain::Drain;
use crate::capture::{self, NON_LIFO, SKIPPED, sys};
use crate::event::{Event, Kind};
use crate::print::{self, Live, Style};
use crate::report::{Losses, Model, Resolver, Root};
use crate::wire::{self, json};

const NOT_INSTALLED: &str = "trace-memory: `trace_memory::Alloc` is not installed, so no heap event is in this \
    trace; add `#[global_allocator] static ALLOC: trace_memory::Alloc = trace_memory::Alloc::system();`\n";

/// The trace of this process, as far as it was read.
pub(crate) struct Trace {
    drain: Drain,
    resolver: Resolver,
    model: Model,
    style: Style,
    sink: Sink,
    header: wire::Header,
    /// Whether the reader was told what is missing.
    hinted: bool,
    counts: Counts,
}

/// What becomes of the events.
pub(crate) enum Sink {
    Tree,
    Live(Live),
    Summary,
    Json { file: File, path: PathBuf },
}

#[derive(Default)]
struct Counts {
    events: u64,
    allocs: u64,
    reallocs: u64,
    frees: u64,
}

impl Trace {
    /// Nothing was read yet.
    pub(crate) fn new(program: String, style: Style, sink: Sink) -> Self {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let header = wire::Header {
            pid: std::process::id(),
            program,
            started_ms: u64::try_from(since.as_millis()).unwrap_or(u64::MAX),
            allocator: capture::allocator_installed(),
            debug_assertions: cfg!(debug_assertions),
        };
        Self {
            drain: Drain::default(),
            resolver: Resolver::new(sys::images()),
            model: Model::new(),
            style,
            sink,
            hinted: header.allocator,
            header,
            counts: Counts::default(),
        }
    }

    /// What can be said by now. Writing to memory does not fail.
    pub(crate) fn report(&mut self) -> Vec<u8> {
        let mut text = Vec::new();
        let _ = self.pump(false, &mut text);
        if !text.is_empty() {
            self.hint(&mut text);
        }
        text
    }

    /// Everything that has not been said.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        let mut text = Vec::new();
        if matches!(self.sink, Sink::Json { .. }) {
            if let Err(line) = self.write_json() {
                text.extend(line.into_bytes());
            }
        } else {
            let _ = self.pump(true, &mut text);
            let (losses, leaks) = (self.losses(), self.resolver.live_blocks());
            let _ = print::write_summary(&self.model, &losses, &leaks, &self.style, &mut text);
        }
        self.hint(&mut text);
        text
    }

    /// Puts first, once, that a trace without the allocator is not whole.
    fn hint(&mut self, text: &mut Vec<u8>) {
        if !std::mem::replace(&mut self.hinted, true) {
            text.splice(0..0, NOT_INSTALLED.bytes());
        }
    }

    /// Reads what is there and prints what is finished.
    fn pump(&mut self, last: bool, text: &mut Vec<u8>) -> io::Result<()> {
        let Self { drain, resolver, model, sink, style, counts, .. } = self;
        let (mut events, mut written) = (Vec::new(), Ok(()));
        let is_tree = matches!(sink, Sink::Tree);
        let mut write = |roots: Vec<Root>, text: &mut Vec<u8>| {
            for root in &roots {
                if is_tree && written.is_ok() {
                    written = print::write_root(root, style, text);
                    text.push(b'\n');
                }
            }
        };
        drain.run(last, &mut |record| {
            resolver.resolve(&record, &mut events);
            for event in events.drain(..) {
                counts.add(&event);
                model.add(&event);
                if let Sink::Live(live) = sink {
                    let _ = live.write(&event, text);
                }
                // At once, printed or not: there may be millions.
                if matches!(event.kind, Kind::Exit(_)) {
                    write(model.finished_roots(), text);
                }
            }
        });
        write(model.finished_roots(), text);
        if last {
            write(model.unfinished_roots(), text);
        }
        written
    }

    fn losses(&self) -> Losses {
        Losses {
            lost: self.drain.missing(),
            heap_unseen: !self.header.allocator,
            skipped: SKIPPED.load(Ordering::Relaxed),
            non_lifo: NON_LIFO.load(Ordering::Relaxed),
        }
    }

    fn write_json(&mut self) -> Result<(), String> {
        let Sink::Json { file, path } = std::mem::replace(&mut self.sink, Sink::Tree) else {
            return Ok(());
        };
        // The buffer is dropped in there as well: it tries once more to write what it holds.
        let written = sys::without_signals(|| {
            let mut out = BufWriter::with_capacity(1 << 16, file);
            self.write_lines(&mut out)
        });
        let path = path.display().to_string();
        let path = path.escape_debug();
        written.map_err(|error| format!("trace-memory: `{path}` is not complete: {error}\n"))?;
        match self.drain.missing() {
            0 => Ok(()),
            lost => Err(format!("trace-memory: `{path}` lacks {lost} events: the buffer was full\n")),
        }
    }

    fn write_lines(&mut self, out: &mut impl Write) -> io::Result<()> {
        json::write_header(&self.header, out)?;
        let Self { drain, resolver, counts, .. } = self;
        let (mut events, mut written) = (Vec::new(), Ok(()));
        drain.run(true, &mut |record| {
            resolver.resolve(&record, &mut events);
            for event in events.drain(..) {
                counts.add(&event);
                if written.is_ok() {
                    written = json::write_event(&event, out);
                }
            }
        });
        written?;
        json::write_end(&self.end(), out)?;
        out.flush()
    }

    fn end(&self) -> wire::End {
        let Losses { lost, skipped, non_lifo, .. } = self.losses();
        let Counts { events, allocs, frees, reallocs } = self.counts;
        wire::End { events, lost, skipped, non_lifo, allocs, reallocs, frees }
    }
}

impl Counts {
    fn add(&mut self, event: &Event) {
        self.events += 1;
        match event.kind {
            Kind::Alloc(_) => self.allocs += 1,
            Kind::Realloc(_) => self.reallocs += 1,
            Kind::Free(_) => self.frees += 1,
            _ => {}
        }
    }
}
