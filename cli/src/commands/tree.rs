//! `tree`: each outermost call, as the runtime prints it.

use std::collections::HashSet;

use trace_memory::event::{Event, Kind};
use trace_memory::print;
use trace_memory::report::{Model, Root};
use trace_memory::wire::tree::{self, Detail};

use crate::args::{Filter, Format, Report};
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Sink;

pub(crate) fn run(arguments: &Report) -> Result<Exit, Error> {
    let (trace, mut sink) = super::open(&arguments.trace.trace, &arguments.output)?;
    let mut model = Model::new();
    let mut choice = Choice::new(&arguments.filter);
    let end = trace.events(&mut |event| {
        if choice.has(event) {
            model.add(event);
            // At once: there may be millions.
            if matches!(event.kind, Kind::Exit(_)) {
                write(model.finished_roots(), &mut sink)?;
            }
        }
        Ok(())
    })?;
    write(model.finished_roots(), &mut sink)?;
    write(model.unfinished_roots(), &mut sink)?;
    end.warn();
    sink.finish()?;
    Ok(Exit::Success)
}

fn write(roots: Vec<Root>, sink: &mut Sink) -> Result<(), Error> {
    let (style, detail) = (sink.style, if sink.style.stable { Detail::Stable } else { Detail::All });
    for root in roots {
        match sink.format {
            Format::Text => {
                print::write_root(&root, &style, sink)?;
                std::io::Write::write_all(sink, b"\n")?;
            }
            Format::Json => tree::write_root(&root, detail, sink)?,
        }
    }
    Ok(())
}

/// Which events are shown: those of the calls that are asked for, and of what they call.
struct Choice<'a> {
    filter: &'a Filter,
    /// The open frames that are shown.
    frames: HashSet<u64>,
}

impl<'a> Choice<'a> {
    fn new(filter: &'a Filter) -> Self {
        Self { filter, frames: HashSet::new() }
    }

    fn has(&mut self, event: &Event) -> bool {
        let Filter { function, thread, local } = self.filter;
        if function.is_none() && thread.is_none() && local.is_none() {
            return true;
        }
        let frame = event.frame.unwrap_or(0);
        match &event.kind {
            Kind::Enter(enter) => {
                let inside = enter.parent.is_some_and(|parent| self.frames.contains(&parent));
                let wanted = inside || self.filter.has_function(Some(&enter.function));
                let wanted = wanted && self.filter.has_thread(event.thread);
                if wanted {
                    self.frames.insert(frame);
                }
                wanted
            }
            Kind::Exit(_) => self.frames.remove(&frame),
            kind => self.frames.contains(&frame) && self.filter.has_local(local_of(kind)),
        }
    }
}

/// The local that an event is about. Where one is asked for, frames are still shown, but nothing of the heap: which
/// blocks are the local's is known only later, and the sums would be of others.
fn local_of(kind: &Kind) -> Option<&str> {
    match kind {
        Kind::Bind(row) => Some(&row.local.name),
        Kind::Scan(row) => Some(&row.local.name),
        Kind::Move(row) => Some(&row.local.name),
        Kind::Drop(row) => Some(&row.local.name),
        _ => None,
    }
}
