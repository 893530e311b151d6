//! Where reports go, and how they look there.

use std::fs::OpenOptions;
use std::io::{self, BufWriter, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use serde::Serialize;
use trace_memory::print::Style;

use crate::args::{Format, Output};
use crate::error::Error;

/// Columns where no terminal says how many.
const WIDTH: usize = 100;

/// An open report.
pub(crate) struct Sink {
    out: BufWriter<Box<dyn Write>>,
    pub(crate) style: Style,
    pub(crate) format: Format,
}

impl Sink {
    pub(crate) fn open(output: &Output) -> Result<Self, Error> {
        let path = output.file.as_deref().filter(|path| path.as_os_str() != "-");
        let is_file = path.is_some();
        let choice = if is_file { ColorChoice::global() } else { AutoStream::choice(&io::stdout()) };
        let out: Box<dyn Write> = match path {
            None => Box::new(AutoStream::new(io::stdout(), choice)),
            Some(path) => {
                let mut options = OpenOptions::new();
                options.write(true).create_new(!output.force).create(output.force).truncate(output.force);
                let file = options.open(path).map_err(|error| match error.kind() {
                    io::ErrorKind::AlreadyExists => Error::Exists(path.to_owned()),
                    _ => Error::Write(path.to_owned(), error),
                })?;
                Box::new(file)
            }
        };
        let style = Style {
            color: matches!(choice, ColorChoice::Always | ColorChoice::AlwaysAnsi),
            stable: output.stable,
            ascii: std::env::var_os("CARGO_TERM_UNICODE").is_some_and(|value| value == "false"),
            width: width(),
        };
        Ok(Self { out: BufWriter::with_capacity(1 << 16, out), style, format: output.format })
    }

    /// The report as one JSON value.
    pub(crate) fn json(&mut self, report: &impl Serialize) -> Result<(), Error> {
        serde_json::to_writer_pretty(&mut self.out, report)?;
        Ok(self.out.write_all(b"\n")?)
    }

    /// What is still in the buffer; a sink that is dropped could not say that it failed.
    pub(crate) fn finish(mut self) -> Result<(), Error> {
        Ok(self.out.flush()?)
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// `COLUMNS`, or the terminal's, in the bounds that the runtime has, too.
fn width() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let terminal = || {
        let size = io::stdout().is_terminal().then(terminal_size::terminal_size)?;
        size.map(|(width, _)| usize::from(width.0))
    };
    columns.or_else(terminal).unwrap_or(WIDTH).clamp(60, 200)
}

/// Says something beside the report.
#[expect(clippy::print_stderr, reason = "the report is on stdout, everything else on stderr")]
pub(crate) fn warn(text: &str) {
    eprintln!("warning: {text}");
}
