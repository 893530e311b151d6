//! Reading what was captured, and making text of it.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use crate::capture::drain::Drain;
use crate::capture::owned::Owned;
use crate::capture::{self, NON_LIFO, SKIPPED, sys};
use crate::event::{Event, Kind};
use crate::file;
use crate::print::{self, Live, Style};
use crate::record::Record;
use crate::report::{Losses, Model, Resolver, Root};
use crate::wire::{self, json};

const NOT_INSTALLED: &str = "trace-memory: `trace_memory::Alloc` is not installed, so no heap event is in this \
    trace; add `#[global_allocator] static ALLOC: trace_memory::Alloc = trace_memory::Alloc::system();`\n";

/// The trace of this process, as far as it was read.
pub(crate) struct Trace {
    source: Source,
    resolver: Resolver,
    model: Model,
    style: Style,
    sink: Sink,
    header: wire::Header,
    /// What is to be said the next time that something can be.
    waiting: Vec<u8>,
    /// Whether the reader was told what is missing.
    hinted: bool,
    counts: Counts,
}

/// Where records come from.
enum Source {
    /// The threads of this process.
    Lanes(Drain),
    /// A file; what it has said of its losses, once it was read.
    File(Option<Box<file::Reader>>, Losses),
}

impl Source {
    fn run(&mut self, last: bool, each: &mut dyn FnMut(Record)) -> Result<(), file::Error> {
        match self {
            Self::Lanes(drain) => drain.run(last, each),
            Self::File(reader, losses) => {
                if let Some(reader) = reader.take() {
                    *losses = reader.records(each)?;
                }
            }
        }
        Ok(())
    }
}

/// What becomes of the events.
pub(crate) enum Sink {
    Tree,
    Live(Live),
    Summary,
    Json(Lines),
    Bin { path: PathBuf },
}

/// A file of JSON Lines, and how far it was written.
pub(crate) struct Lines {
    out: BufWriter<Owned>,
    path: PathBuf,
    begun: bool,
    /// What went wrong first; nothing is written after that.
    failed: Option<io::Error>,
}

impl Lines {
    pub(crate) fn new(file: File, path: PathBuf) -> Self {
        let out = BufWriter::with_capacity(1 << 16, Owned::new(file));
        Self { out, path, begun: false, failed: None }
    }

    /// Writes, unless something went wrong before.
    fn write(&mut self, header: &wire::Header, work: impl FnOnce(&mut BufWriter<Owned>) -> io::Result<()>) {
        let begun = std::mem::replace(&mut self.begun, true);
        if self.failed.is_none() {
            let header = if begun { Ok(()) } else { json::write_header(header, &mut self.out) };
            self.failed = header.and_then(|()| work(&mut self.out)).err();
        }
    }
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
    pub(crate) fn new(header: wire::Header, style: Style, sink: Sink) -> Self {
        Self {
            source: Source::Lanes(Drain::default()),
            resolver: Resolver::new(sys::images()).coarse_clock(header.coarse_clock),
            model: Model::new(),
            style,
            sink,
            hinted: header.allocator,
            header,
            waiting: Vec::new(),
            counts: Counts::default(),
        }
    }

    /// Of a file.
    pub(crate) fn of_file(reader: file::Reader, style: Style, sink: Sink) -> Self {
        let header = reader.header().clone();
        let resolver = Resolver::new(reader.images().to_vec()).coarse_clock(header.coarse_clock);
        let nothing = Losses { lost: 0, heap_unseen: !header.allocator, skipped: 0, non_lifo: 0 };
        let source = Source::File(Some(Box::new(reader)), nothing);
        Self { source, resolver, ..Self::new(header, style, sink) }
    }

    /// The tree or the totals of a file, as its sink says.
    pub(crate) fn convert_to_text(mut self, out: &mut impl Write) -> Result<Losses, file::Error> {
        self.pump(true, out)?;
        let (losses, leaks) = (self.losses(), self.resolver.live_blocks());
        print::write_summary(&self.model, &losses, &leaks, &self.style, out)?;
        out.flush()?;
        Ok(losses)
    }

    /// The lines of a file.
    pub(crate) fn convert_to_lines(mut self, out: &mut impl Write) -> Result<Losses, file::Error> {
        self.write_lines(&mut BufWriter::with_capacity(1 << 16, out))?;
        Ok(self.losses())
    }

    /// What can be said by now.
    pub(crate) fn report(&mut self) -> Vec<u8> {
        let mut text = std::mem::take(&mut self.waiting);
        self.read(false, &mut text);
        if !text.is_empty() {
            self.hint(&mut text);
        }
        text
    }

    /// Reads what is there, and says nothing now: there is no room for more.
    pub(crate) fn make_room(&mut self) {
        let mut text = std::mem::take(&mut self.waiting);
        self.read(false, &mut text);
        self.waiting = text;
    }

    /// Reads what is there. What is written to memory cannot fail.
    fn read(&mut self, last: bool, text: &mut Vec<u8>) {
        // Only one sink writes to a file of its own; the system sends signals where it cannot.
        if matches!(self.sink, Sink::Json(_)) {
            let _ = sys::without_signals(|| self.pump(last, text));
        } else {
            let _ = self.pump(last, text);
        }
    }

    /// Everything that has not been said.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        let mut text = std::mem::take(&mut self.waiting);
        if let Sink::Bin { path } = &self.sink {
            let written = file::finish(&self.losses());
            if let Err(error) = written {
                text.extend(incomplete(path, &error.to_string()).into_bytes());
            }
            self.hint(&mut text);
            return text;
        }
        self.read(true, &mut text);
        if capture::is_empty() {
            // A summary of what was read would not say that the rest is missing.
            return text;
        }
        if matches!(self.sink, Sink::Json(_)) {
            if let Err(line) = self.finish_lines() {
                text.extend(line.into_bytes());
            }
        } else {
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
    fn pump<W: Write>(&mut self, last: bool, text: &mut W) -> Result<(), file::Error> {
        let Self { source, resolver, model, sink, style, header, counts, .. } = self;
        let mut written = Ok(());
        let is_tree = matches!(sink, Sink::Tree);
        let mut write = |roots: Vec<Root>, text: &mut W| {
            for root in &roots {
                if is_tree && written.is_ok() {
                    written = print::write_root(root, style, text).and_then(|()| text.write_all(b"\n"));
                }
            }
        };
        source.run(last, &mut |record| {
            let Some(event) = resolver.resolve(&record) else { return };
            counts.add(&event);
            if let Sink::Json(lines) = sink {
                return lines.write(header, |out| json::write_event(&event, out));
            }
            model.add(&event);
            if let Sink::Live(live) = sink {
                let _ = live.write(&event, text);
            }
            // At once, printed or not: there may be millions.
            if matches!(event.kind, Kind::Exit(_)) {
                write(model.finished_roots(), text);
            }
        })?;
        write(model.finished_roots(), text);
        if last {
            write(model.unfinished_roots(), text);
        }
        Ok(written?)
    }

    fn losses(&self) -> Losses {
        let drain = match &self.source {
            Source::Lanes(drain) => drain,
            Source::File(_, losses) => return *losses,
        };
        Losses {
            lost: drain.missing(),
            heap_unseen: !self.header.allocator,
            skipped: SKIPPED.load(Ordering::Relaxed),
            non_lifo: NON_LIFO.load(Ordering::Relaxed),
        }
    }

    fn finish_lines(&mut self) -> Result<(), String> {
        let end = self.end();
        let Sink::Json(mut lines) = std::mem::replace(&mut self.sink, Sink::Tree) else { return Ok(()) };
        let Lines { path, failed, .. } = sys::without_signals(|| {
            lines.write(&self.header, |out| json::write_end(&end, out).and_then(|()| out.flush()));
            let Lines { out, path, begun, failed } = lines;
            // What could not be written is not tried again.
            let file = out.into_parts().0;
            Lines { out: BufWriter::with_capacity(0, file), path, begun, failed }
        });
        if let Some(error) = failed {
            return Err(incomplete(&path, &error.to_string()));
        }
        match end.lost {
            0 => Ok(()),
            lost => Err(format!(
                "trace-memory: `{}` lacks {lost} events: the buffer was full\n",
                path.display().to_string().escape_debug()
            )),
        }
    }

    fn write_lines(&mut self, out: &mut impl Write) -> Result<(), file::Error> {
        json::write_header(&self.header, out)?;
        let Self { source, resolver, counts, .. } = self;
        let mut written = Ok(());
        source.run(true, &mut |record| {
            let Some(event) = resolver.resolve(&record) else { return };
            counts.add(&event);
            if written.is_ok() {
                written = json::write_event(&event, out);
            }
        })?;
        written?;
        json::write_end(&self.end(), out)?;
        Ok(out.flush()?)
    }

    fn end(&self) -> wire::End {
        let Losses { lost, skipped, non_lifo, .. } = self.losses();
        let Counts { events, allocs, frees, reallocs } = self.counts;
        wire::End { events, lost, skipped, non_lifo, allocs, reallocs, frees }
    }
}

fn incomplete(path: &Path, why: &str) -> String {
    format!("trace-memory: `{}` is not complete: {why}\n", path.display().to_string().escape_debug())
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
