//! `check`: whether a trace can be true, and what it lacks.

mod frames;
mod heap;

use std::io::Write as _;

use serde::Serialize;
use trace_memory::event::{Event, Kind};
use trace_memory::print::{escape, number};

use self::frames::Frames;
use self::heap::Blocks;
use super::Head;
use crate::args::{Format, Plain};
use crate::error::{Error, shown};
use crate::exit::Exit;
use crate::input::End;
use crate::output::Sink;

/// Contradictions that are listed; more are counted.
const LISTED: usize = 20;

pub(crate) fn run(arguments: &Plain) -> Result<Exit, Error> {
    let (trace, mut sink) = super::open(&arguments.trace.trace, &arguments.output)?;
    let (path, format, header) = (trace.path().to_owned(), trace.format(), trace.header().clone());
    let version = trace.version();
    let mut check = Check::default();
    let end = trace.events(&mut |event| {
        check.add(event);
        Ok(())
    })?;
    check.finish(&end);
    let verdict = Verdict::of(&check, &end);
    match sink.format {
        Format::Text => {
            let file = shown(&path);
            writeln!(sink, "trace    {}, {format}, version {version}", file.trim_matches('`'))?;
            writeln!(sink, "program  {}, process {}", escape(&header.program), process(header.pid, &sink))?;
            write(&check, &end, verdict, &mut sink)?;
        }
        Format::Json => {
            let head = Head::new("check", &header.program, &end);
            let Check { events, threads, faults, contradictions, .. } = check;
            let threads = threads.len();
            sink.json(&Json { head, format, verdict, events, threads, contradictions, listed: faults })?;
        }
    }
    sink.finish()?;
    Ok(if verdict == Verdict::Invalid { Exit::Unexpected } else { Exit::Success })
}

fn process(pid: u32, sink: &Sink) -> String {
    if sink.style.stable { "…".to_owned() } else { pid.to_string() }
}

/// The number of contradictions among events.
#[cfg(test)]
pub(crate) fn consistent(events: &[Event]) -> u64 {
    let mut check = Check::default();
    for event in events {
        check.add(event);
    }
    check.contradictions
}

/// What a trace is, as far as it can be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Valid,
    /// It contradicts itself, and nothing is missing that could explain it.
    Invalid,
    /// It contradicts itself, and events are missing: whether because of that is not known.
    Undecided,
}

impl Verdict {
    fn of(check: &Check, end: &End) -> Self {
        let missing = end.losses.lost + end.losses.skipped > 0;
        match check.contradictions {
            0 => Self::Valid,
            _ if missing => Self::Undecided,
            _ => Self::Invalid,
        }
    }
}

/// Two events that cannot both be true, or an event without the one that it needs.
#[derive(Debug, Serialize)]
struct Fault {
    /// The event's number.
    seq: u64,
    what: String,
}

#[derive(Debug, Default)]
struct Check {
    events: u64,
    allocs: u64,
    reallocs: u64,
    frees: u64,
    threads: std::collections::BTreeSet<u32>,
    blocks: Blocks,
    frames: Frames,
    contradictions: u64,
    faults: Vec<Fault>,
    /// Frames that did not end in order: programs may say so themselves.
    crossed: u64,
}

impl Check {
    fn add(&mut self, event: &Event) {
        self.events += 1;
        self.threads.insert(event.thread);
        match &event.kind {
            Kind::Alloc(_) => self.allocs += 1,
            Kind::Realloc(_) => self.reallocs += 1,
            Kind::Free(_) => self.frees += 1,
            _ => {}
        }
        let heap = self.blocks.add(event);
        let frames = self.frames.add(event, &mut self.crossed);
        for what in heap.into_iter().chain(frames) {
            self.fault(event.seq, what);
        }
    }

    fn fault(&mut self, seq: u64, what: String) {
        self.contradictions += 1;
        if self.faults.len() < LISTED {
            self.faults.push(Fault { seq, what });
        }
    }

    /// What can be said at the end only.
    fn finish(&mut self, end: &End) {
        for (seq, what) in self.blocks.left_behind() {
            self.fault(seq, what);
        }
        if self.crossed > end.losses.non_lifo {
            let crossed = number::counted(self.crossed, "frame");
            let said = end.losses.non_lifo;
            self.fault(0, format!("{crossed} did not end in order; the trace says {said}"));
        }
        let Some(said) = end.said else { return };
        let counts = [
            ("events", said.events, self.events),
            ("allocs", said.allocs, self.allocs),
            ("reallocs", said.reallocs, self.reallocs),
            ("frees", said.frees, self.frees),
        ];
        for (name, said, there) in counts.into_iter().filter(|(_, said, there)| said != there) {
            self.fault(0, format!("the end says {said} {name}; there are {there}"));
        }
    }
}

fn write(check: &Check, end: &End, verdict: Verdict, sink: &mut Sink) -> Result<(), Error> {
    let threads = number::counted(check.threads.len() as u64, "thread");
    writeln!(sink, "events   {}, of {threads}", number::count(check.events))?;
    let verdict = match verdict {
        Verdict::Valid => "valid: nothing in it contradicts".to_owned(),
        Verdict::Invalid => format!("invalid: {}", number::counted(check.contradictions, "contradiction")),
        Verdict::Undecided => {
            let count = number::counted(check.contradictions, "contradiction");
            format!("not decided: {count}, which missing events may or may not explain")
        }
    };
    writeln!(sink, "verdict  {verdict}")?;
    for fault in &check.faults {
        let seq = if fault.seq == 0 { String::new() } else { format!("event {}: ", fault.seq) };
        writeln!(sink, "         {seq}{}", escape(&fault.what))?;
    }
    let more = check.contradictions.saturating_sub(check.faults.len() as u64);
    if more > 0 {
        writeln!(sink, "         and {} more", number::count(more))?;
    }
    for lack in lacks(end) {
        writeln!(sink, "missing  {lack}")?;
    }
    if end.is_complete() && !end.losses.heap_unseen {
        writeln!(sink, "missing  nothing")?;
    }
    Ok(())
}

/// What is not in the trace, in sentences.
fn lacks(end: &End) -> Vec<String> {
    let mut lacks = Vec::new();
    if !end.finished {
        lacks.push("its end: the program did not end by itself, or the file was cut off".to_owned());
    }
    if end.was_full {
        lacks.push("events that nobody counted: the file took no more at some time".to_owned());
    }
    if let Some(line) = end.cut_line {
        lacks.push(format!("the rest of line {line}"));
    }
    if end.losses.lost > 0 {
        lacks.push(format!("{}: there was no room for them", number::counted(end.losses.lost, "event")));
    }
    if end.losses.skipped > 0 {
        let events = number::counted(end.losses.skipped, "heap event");
        lacks.push(format!("{events} inside the tracer's own code"));
    }
    if end.losses.heap_unseen {
        lacks.push("all heap events: the allocator was not installed".to_owned());
    }
    lacks
}

#[derive(Serialize)]
struct Json {
    #[serde(flatten)]
    head: Head,
    format: &'static str,
    verdict: Verdict,
    events: u64,
    threads: usize,
    contradictions: u64,
    listed: Vec<Fault>,
}
