//! `show`: one call of a function, with each event of it and of the calls below it.

use std::collections::{BTreeMap, HashSet};
use std::io::Write as _;

use serde_json::Value;
use trace_memory::event::{Event, Kind};
use trace_memory::print::{Live, number};
use trace_memory::report::Totals;
use trace_memory::wire::json;

use super::functions::{self, Id};
use crate::args::{Filter, Format, Output, TraceFile};
use crate::error::Error;
use crate::exit::Exit;
use crate::input::Trace;
use crate::output::Sink;
use crate::pattern::Pattern;
use crate::table::title;

/// Keys of events that differ between runs, or between builds.
const UNSTABLE: [&str; 6] = ["t", "addr", "old_addr", "lived", "stack", "seq"];

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The function: its path, or the end or a part of it
    #[arg(value_name = "FN")]
    function: Pattern,
    #[command(flatten)]
    trace: TraceFile,
    /// Which of its calls, in the order in which they began
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    call: u64,
    /// Only calls on this thread, by its number
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    thread: Option<u32>,
    /// Of the locals, only those of this name
    #[arg(long, value_name = "NAME")]
    local: Option<String>,
    #[command(flatten)]
    output: Output,
}

/// The trace is read twice: which function is meant, and how many calls it has, is known at the end only.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Error> {
    let (trace, mut sink) = super::open(&arguments.trace.trace, &arguments.output)?;
    let filter = Filter { function: None, thread: arguments.thread, local: arguments.local.clone() };
    let again = Trace::open(trace.path())?;
    let (id, calls) = called(trace, &arguments.function, &filter)?;
    if arguments.call > calls {
        let what = format!("{} has {}", id.shown(), number::counted(calls, "call"));
        return Err(Error::usage(what, format!("`--call` takes 1 to {calls}")));
    }
    let mut call = Shown::new(&id, arguments.call, filter);
    if sink.format == Format::Text {
        let heading =
            format!("call {} of {} of {}", number::count(arguments.call), number::count(calls), id.shown());
        title(&heading, &sink.style.clone(), &mut sink)?;
    }
    let mut live = Live::new(sink.style);
    let end = again.events(&mut |event| match call.take(event) {
        Some(is_listed) if is_listed => write(event, &mut live, &mut sink),
        _ => Ok(()),
    })?;
    end.warn();
    if sink.format == Format::Text {
        writeln!(sink, "{}", call.sum())?;
    }
    sink.finish()?;
    Ok(Exit::Success)
}

/// The function that is meant, and how often it was called.
fn called(trace: Trace, pattern: &Pattern, filter: &Filter) -> Result<(Id, u64), Error> {
    let mut called: BTreeMap<Id, u64> = BTreeMap::new();
    trace.events(&mut |event| {
        if let Kind::Enter(enter) = &event.kind
            && filter.has_thread(event.thread)
            && pattern.rank(&enter.function) > 0
        {
            *called.entry(Id::of(enter)).or_default() += 1;
        }
        Ok(())
    })?;
    functions::choose(pattern, called)
}

fn write(event: &Event, live: &mut Live, sink: &mut Sink) -> Result<(), Error> {
    match sink.format {
        Format::Text => Ok(live.write(event, sink)?),
        Format::Json if sink.style.stable => {
            let mut text = Vec::new();
            json::write_event(event, &mut text)?;
            let mut row: Value = serde_json::from_slice(&text)?;
            if let Some(row) = row.as_object_mut() {
                row.retain(|key, _| !UNSTABLE.contains(&key.as_str()));
            }
            serde_json::to_writer(&mut *sink, &row)?;
            Ok(sink.write_all(b"\n")?)
        }
        Format::Json => Ok(json::write_event(event, sink)?),
    }
}

/// The call that is shown.
struct Shown<'a> {
    id: &'a Id,
    /// How many calls begin before it, this one included.
    left: u64,
    filter: Filter,
    /// The frame of the call, and those below it, while they are open.
    frames: HashSet<u64>,
    top: Option<u64>,
    totals: Totals,
}

impl<'a> Shown<'a> {
    fn new(id: &'a Id, call: u64, filter: Filter) -> Self {
        Self { id, left: call, filter, frames: HashSet::new(), top: None, totals: Totals::default() }
    }

    /// Whether an event is of the call; and if so, whether it is listed.
    fn take(&mut self, event: &Event) -> Option<bool> {
        let frame = event.frame?;
        if let Kind::Enter(enter) = &event.kind {
            let inside = enter.parent.is_some_and(|parent| self.frames.contains(&parent));
            let begins =
                self.top.is_none() && self.filter.has_thread(event.thread) && *self.id == Id::of(enter);
            if begins {
                self.left -= 1;
            }
            if inside || (begins && self.left == 0) {
                self.top.get_or_insert(frame);
                self.frames.insert(frame);
            }
        }
        if !self.frames.contains(&frame) {
            return None;
        }
        self.totals.add(&event.kind);
        if matches!(event.kind, Kind::Exit(_)) {
            self.frames.remove(&frame);
        }
        let local = match &event.kind {
            Kind::Bind(row) => &row.local,
            Kind::Scan(row) => &row.local,
            Kind::Move(row) => &row.local,
            Kind::Drop(row) => &row.local,
            _ => return Some(true),
        };
        Some(self.filter.has_local(Some(&local.name)))
    }

    /// What the call comes to.
    fn sum(&self) -> String {
        let Totals { events, allocs, reallocs, frees, allocated_bytes, peak_bytes, .. } = self.totals;
        let counts = [(allocs, "allocation"), (reallocs, "reallocation"), (frees, "free")];
        let counts = counts.into_iter().filter(|&(count, _)| count > 0);
        let heap: Vec<_> = counts.map(|(count, noun)| number::counted(count, noun)).collect();
        let heap = if heap.is_empty() { "nothing on the heap".to_owned() } else { heap.join(", ") };
        let bytes = if allocated_bytes == 0 {
            String::new()
        } else {
            format!(", {} asked for, {} at once", number::bytes(allocated_bytes), number::bytes(peak_bytes))
        };
        format!("{}: {heap}{bytes}", number::counted(events, "event"))
    }
}
