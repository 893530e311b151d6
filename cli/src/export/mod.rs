//! `export`: a trace in the formats of other people's viewers.

mod chrome;
mod dhat;
mod folded;
mod json;
mod jsonl;
mod output;
mod owners;
#[cfg(feature = "parquet")]
mod parquet;
mod paths;
mod perfetto;
mod pprof;
mod proto;
mod sites;
mod timeline;

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use trace_memory::event::Event;
use trace_memory::print::escape;

use self::folded::Cost;
use self::output::Output;
use crate::args::TraceFile;
use crate::error::Error;
use crate::exit::Exit;
use crate::input::{End, FULL, Trace};

/// What is typed behind `export`.
#[derive(Debug, clap::Args)]
pub(crate) struct Export {
    #[command(flatten)]
    trace: TraceFile,
    /// Which format; if missing, the end of FILE's name says it
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Where to: a file, a directory for `parquet`, or `-` for stdout
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Replaces FILE if it is there
    #[arg(long)]
    force: bool,
    /// What the numbers are, for `folded` [default: bytes]
    #[arg(long, value_enum)]
    cost: Option<Cost>,
    /// How many heap blocks get a track of their own, for `perfetto` [default: 200]
    #[arg(long, value_name = "COUNT")]
    block_tracks: Option<u64>,
    /// Name of the machine the program ran on, for `parquet`; the trace does not have it
    #[arg(long, value_name = "NAME")]
    host: Option<String>,
}

/// A format that others read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Timeline for ui.perfetto.dev: frames, locals, heap events, counters
    Perfetto,
    /// Allocation sites for DHAT's viewer and the Firefox Profiler
    Dhat,
    /// Allocation sites for `go tool pprof`, Perfetto and speedscope
    Pprof,
    /// Call paths, a line each, for flame graphs
    Folded,
    /// Timeline in Chrome's older format
    Chrome,
    /// The events, a JSON object each
    Jsonl,
    /// A directory of tables, for SQL
    Parquet,
}

/// Ends of file names, the longer ones first.
const ENDS: [(&str, Format); 13] = [
    (".perfetto-trace", Format::Perfetto),
    (".pftrace", Format::Perfetto),
    (".perfetto", Format::Perfetto),
    (".dhat.json", Format::Dhat),
    (".dhat", Format::Dhat),
    (".pb.gz", Format::Pprof),
    (".pprof", Format::Pprof),
    (".folded", Format::Folded),
    (".collapsed", Format::Folded),
    (".chrome.json", Format::Chrome),
    (".trace.json", Format::Chrome),
    (".jsonl", Format::Jsonl),
    (".parquet", Format::Parquet),
];

impl Format {
    fn name(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }

    fn of(path: &Path) -> Result<Self, Error> {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
        let known = ENDS.into_iter().find(|(end, _)| name.ends_with(end));
        known.map(|(_, format)| format).ok_or_else(|| {
            let ends: Vec<_> = ENDS.iter().map(|(end, _)| format!("`{end}`")).collect();
            let help = format!("add `--format NAME`, or let it end in one of {}", ends.join(", "));
            Error::usage("the name of the output does not say its format", help)
        })
    }

    /// What opens it.
    fn opened_by(self, path: &str) -> String {
        match self {
            Self::Perfetto => "open it at https://ui.perfetto.dev".to_owned(),
            Self::Dhat => "open it in DHAT's viewer or at https://profiler.firefox.com".to_owned(),
            Self::Pprof => {
                format!("open it with `go tool pprof -http=: {path}` or at https://speedscope.app")
            }
            Self::Folded => format!("draw it with `inferno-flamegraph {path}` or at https://speedscope.app"),
            Self::Chrome => "open it at https://ui.perfetto.dev or in chrome://tracing".to_owned(),
            Self::Jsonl => format!("look at it with `jq . {path}`"),
            Self::Parquet => format!("query it with `duckdb -c \"FROM '{path}/functions/*.parquet'\"`"),
        }
    }
}

/// What was handed on, and what was not there to hand on.
#[derive(Debug)]
struct Done {
    events: u64,
    end: End,
}

/// Hands on all events, and counts them.
fn stream(trace: Trace, each: &mut dyn FnMut(&Event) -> Result<(), Error>) -> Result<Done, Error> {
    let mut events = 0;
    let end = trace.events(&mut |event| {
        events += 1;
        each(event)
    })?;
    Ok(Done { events, end })
}

/// What is missing from a trace, in one line.
fn missing(end: &End) -> Option<String> {
    let (losses, mut parts) = (end.losses, Vec::new());
    if !end.finished {
        parts.push("the program did not end by itself: what is alive at the end is not leaked".to_owned());
    }
    if end.was_full {
        parts.push(FULL.to_owned());
    }
    if losses.heap_unseen {
        parts.push("no heap events: the allocator was not installed".to_owned());
    }
    if losses.lost > 0 {
        parts.push(format!("{} events are lost", losses.lost));
    }
    if losses.skipped > 0 {
        parts.push(format!("{} heap events of the tracer's own code are left out", losses.skipped));
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

impl Export {
    /// Converts the trace.
    pub(crate) fn run(&self) -> Result<Exit, Error> {
        let format = match self.format {
            Some(format) => format,
            None => Format::of(&self.output)?,
        };
        self.check(format)?;
        let trace = Trace::open(&self.trace.trace)?;
        let done = self.convert(format, trace).map_err(|error| match error {
            Error::Io(error) if !self.is_stdout() => Error::Write(self.output.clone(), error),
            other => other,
        })?;
        done.end.warn();
        self.tell(format, done.events);
        Ok(Exit::Success)
    }

    fn is_stdout(&self) -> bool {
        self.output.as_os_str() == "-"
    }

    fn convert(&self, format: Format, trace: Trace) -> Result<Done, Error> {
        if format == Format::Parquet {
            return self.write_tables(trace);
        }
        let mut output = Output::create(&self.output, trace.path(), self.force)?;
        let done = self.write(format, trace, &mut output)?;
        output.finish()?;
        Ok(done)
    }

    /// An option that would have no effect is a mistake.
    fn check(&self, format: Format) -> Result<(), Error> {
        let options = [
            ("--cost", self.cost.is_some(), Format::Folded),
            ("--block-tracks", self.block_tracks.is_some(), Format::Perfetto),
            ("--host", self.host.is_some(), Format::Parquet),
        ];
        for (name, given, of) in options {
            if given && format != of {
                let (of, format) = (of.name(), format.name());
                let what = format!("`{name}` is for `--format {of}`, and this is `{format}`");
                return Err(Error::usage(what, format!("remove `{name}`, or choose `{of}`")));
            }
        }
        Ok(())
    }

    fn write(&self, format: Format, trace: Trace, output: &mut Output) -> Result<Done, Error> {
        match format {
            Format::Perfetto => perfetto::write(trace, self.block_tracks.unwrap_or(200), output),
            Format::Dhat => dhat::write(trace, output),
            Format::Pprof => pprof::write(trace, output),
            Format::Folded => folded::write(trace, self.cost.unwrap_or(Cost::Bytes), output),
            Format::Chrome => chrome::write(trace, output),
            Format::Jsonl | Format::Parquet => jsonl::write(trace, output),
        }
    }

    #[cfg(feature = "parquet")]
    fn write_tables(&self, trace: Trace) -> Result<Done, Error> {
        parquet::write(trace, &self.output, self.host.as_deref(), self.force)
    }

    #[cfg(not(feature = "parquet"))]
    #[expect(clippy::unused_self, reason = "as with the feature")]
    fn write_tables(&self, _: Trace) -> Result<Done, Error> {
        let help = "install it with `cargo install cargo-trace-memory --features parquet`";
        Err(Error::usage("this command was built without `parquet`", help))
    }

    #[expect(clippy::print_stderr, reason = "stdout may be the exported file")]
    fn tell(&self, format: Format, events: u64) {
        if !self.is_stdout() {
            let path = escape(&self.output.display().to_string());
            eprintln!("wrote `{path}` from {events} events; {}", format.opened_by(&path));
        }
    }
}
