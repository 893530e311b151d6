//! Chrome's Trace Event Format, its JSON object form: a timeline of frames, heap events and live bytes.

use std::io::{self, Write};

use trace_memory::event::{Drop, DropOf, Event, Heap, Kind, Move};
use trace_memory::wire::json;

use super::Done;
use super::json::quoted;
use super::timeline::{Clock, Live, Names, Step, Threads};
use crate::error::Error;
use crate::input::Trace;

pub(super) fn write(trace: Trace, out: &mut dyn Write) -> Result<Done, Error> {
    let header = trace.header().clone();
    let mut rows = Rows { out, pid: header.pid, clock: Clock::default(), first: true };
    write!(rows.out, "{{\"displayTimeUnit\":\"ns\",\"traceEvents\":[")?;
    rows.named("process_name", None, &header.program)?;
    let (mut threads, mut live, mut names) = (Threads::new(), Live::default(), Names::default());
    let done = super::stream(trace, &mut |event| {
        rows.clock.advance(event.at_ns);
        if let Some(name) = names.news(event) {
            rows.named("thread_name", Some(event.thread), &name)?;
        }
        for step in threads.follow(event) {
            rows.step(event.thread, step)?;
        }
        rows.instant(event)?;
        if live.follow(event) {
            rows.counter(live)?;
        }
        Ok(())
    })?;
    let missing = super::missing(&done.end).unwrap_or_else(|| "nothing".to_owned());
    writeln!(rows.out, "\n],\"otherData\":{{\"missing\":{}}}}}", quoted(&missing))?;
    Ok(done)
}

struct Rows<'a> {
    out: &'a mut dyn Write,
    pid: u32,
    clock: Clock,
    first: bool,
}

impl Rows<'_> {
    /// The part that all rows have; what follows is the rest of the object.
    fn row(&mut self, phase: char, thread: Option<u32>, rest: &str) -> io::Result<()> {
        let comma = if self.first { "" } else { "," };
        self.first = false;
        write!(self.out, "{comma}\n{{\"ph\":\"{phase}\",\"pid\":{}", self.pid)?;
        if let Some(thread) = thread {
            write!(self.out, ",\"tid\":{thread}")?;
        }
        let ns = self.clock.now_ns;
        write!(self.out, ",\"ts\":{}.{:03},{rest}}}", ns / 1000, ns % 1000)
    }

    fn named(&mut self, what: &str, thread: Option<u32>, name: &str) -> io::Result<()> {
        self.row('M', thread, &format!("\"name\":\"{what}\",\"args\":{{\"name\":{}}}", quoted(name)))
    }

    fn step(&mut self, thread: u32, step: Step) -> io::Result<()> {
        match step {
            Step::Begin { frame, function } => {
                let (name, file, line) = (quoted(&function.name), quoted(&function.file), function.line);
                let args = format!("{{\"frame\":{frame},\"file\":{file},\"line\":{line}}}");
                self.row('B', Some(thread), &format!("\"name\":{name},\"cat\":\"frame\",\"args\":{args}"))
            }
            Step::End { how, .. } => self.row('E', Some(thread), &format!("\"args\":{{\"how\":\"{how}\"}}")),
        }
    }

    fn counter(&mut self, live: Live) -> io::Result<()> {
        self.row('C', None, &format!("\"name\":\"live heap\",\"args\":{{\"bytes\":{}}}", live.bytes))?;
        self.row('C', None, &format!("\"name\":\"live blocks\",\"args\":{{\"blocks\":{}}}", live.blocks))
    }

    fn instant(&mut self, event: &Event) -> io::Result<()> {
        let (category, name, args) = match &event.kind {
            Kind::Alloc(row) => ("heap", "alloc".to_owned(), heap(row)),
            Kind::Realloc(row) => {
                ("heap", "realloc".to_owned(), format!("{},\"old_bytes\":{}", heap(&row.heap), row.old_bytes))
            }
            Kind::Free(row) => {
                let lived = row.lived_ns.map_or_else(String::new, |lived| format!(",\"lived_ns\":{lived}"));
                let args = heap(&row.heap) + &lived;
                ("heap", "free".to_owned(), args)
            }
            Kind::Move(Move { local, line, into, certain, .. }) => {
                let args =
                    format!("\"into\":\"{}\",\"line\":{line},\"certain\":{certain}", json::into(*into));
                ("local", format!("move {}", local.name), args)
            }
            Kind::Drop(row) => ("local", format!("drop {}", row.local.name), dropped(row)),
            Kind::Violation(row) => {
                let args = format!("\"fn\":{},\"bytes\":{}", quoted(&row.function), row.bytes);
                ("violation", "stack_only broken".to_owned(), args)
            }
            _ => return Ok(()),
        };
        let name = quoted(&name);
        let rest = format!("\"name\":{name},\"cat\":\"{category}\",\"s\":\"t\",\"args\":{{{args}}}");
        self.row('i', Some(event.thread), &rest)
    }
}

fn heap(row: &Heap) -> String {
    let at = row.at.map(|at| format!(",\"line\":{},\"column\":{}", at.line, at.column));
    format!("\"block\":{},\"bytes\":{}{}", row.block, row.bytes, at.unwrap_or_default())
}

fn dropped(row: &Drop) -> String {
    let certain = row.doubt.is_none();
    let named = row.of == DropOf::Local;
    format!("\"reason\":\"{}\",\"certain\":{certain},\"named\":{named}", json::reason(row.reason))
}
