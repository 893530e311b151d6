//! The tables of frames and of functions.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use trace_memory::event::{Enter, Event, How, Kind};

use super::Run;
use super::events::ending;
use super::table::{Cell, Table};
use crate::error::Error;

/// A row per call of a traced function; `end_ns` and `how` are empty where it did not end in the trace. What is
/// allocated and freed is the frame's own: without that of traced functions it calls.
pub(super) const FRAMES: [(&str, &str); 19] = [
    ("run", "text"),
    ("host", "text"),
    ("program", "text"),
    ("frame", "int"),
    ("parent", "int"),
    ("thread", "int"),
    ("function", "text"),
    ("file", "text"),
    ("line", "int"),
    ("async", "flag"),
    ("begin_ns", "int"),
    ("end_ns", "int"),
    ("how", "text"),
    ("stack_bytes", "int"),
    ("allocs", "int"),
    ("allocated_bytes", "int"),
    ("frees", "int"),
    ("freed_bytes", "int"),
    ("violations", "int"),
];

/// A row per function: its frames added up.
pub(super) const FUNCTIONS: [(&str, &str); 16] = [
    ("run", "text"),
    ("host", "text"),
    ("program", "text"),
    ("function", "text"),
    ("file", "text"),
    ("line", "int"),
    ("calls", "int"),
    ("returned", "int"),
    ("unwound", "int"),
    ("cancelled", "int"),
    ("most_stack_bytes", "int"),
    ("allocs", "int"),
    ("allocated_bytes", "int"),
    ("frees", "int"),
    ("freed_bytes", "int"),
    ("violations", "int"),
];

/// What a frame did itself.
#[derive(Clone, Copy, Debug, Default)]
struct Did {
    allocs: u64,
    allocated_bytes: u64,
    frees: u64,
    freed_bytes: u64,
    violations: u64,
}

impl Did {
    fn add(&mut self, kind: &Kind) {
        match kind {
            Kind::Alloc(heap) => {
                self.allocs += 1;
                self.allocated_bytes += heap.bytes as u64;
            }
            Kind::Realloc(realloc) => {
                let (old, new) = (realloc.old_bytes as u64, realloc.heap.bytes as u64);
                self.allocated_bytes += new.saturating_sub(old);
                self.freed_bytes += old.saturating_sub(new);
            }
            Kind::Free(free) => {
                self.frees += 1;
                self.freed_bytes += free.heap.bytes as u64;
            }
            Kind::Violation(_) => self.violations += 1,
            _ => {}
        }
    }

    fn merge(&mut self, other: Self) {
        self.allocs += other.allocs;
        self.allocated_bytes += other.allocated_bytes;
        self.frees += other.frees;
        self.freed_bytes += other.freed_bytes;
        self.violations += other.violations;
    }

    fn cells(self) -> [Cell<'static>; 5] {
        let Self { allocs, allocated_bytes, frees, freed_bytes, violations } = self;
        [allocs, allocated_bytes, frees, freed_bytes, violations].map(Cell::int)
    }
}

#[derive(Debug)]
struct Frame {
    enter: Enter,
    thread: u32,
    begin_ns: u64,
    did: Did,
}

#[derive(Debug, Default)]
struct Calls {
    entered: u64,
    returned: u64,
    unwound: u64,
    cancelled: u64,
    most_stack_bytes: Option<usize>,
    did: Did,
}

/// The open frames, and each function with what its frames did.
#[derive(Debug, Default)]
pub(super) struct Frames {
    open: HashMap<u64, Frame>,
    functions: BTreeMap<(Arc<str>, Arc<str>, u32), Calls>,
}

impl Frames {
    pub(super) fn add(&mut self, event: &Event, run: &Run, table: &mut Table) -> Result<(), Error> {
        let Some(number) = event.frame else { return Ok(()) };
        if let Kind::Enter(enter) = &event.kind {
            let calls = self.calls(enter);
            calls.entered += 1;
            calls.most_stack_bytes = calls.most_stack_bytes.max(enter.stack_bytes);
            let (thread, begin_ns) = (event.thread, event.at_ns);
            let frame = Frame { enter: enter.clone(), thread, begin_ns, did: Did::default() };
            self.open.insert(number, frame);
        } else if let Kind::Exit(how) = event.kind {
            let Some(frame) = self.open.remove(&number) else { return Ok(()) };
            let calls = self.calls(&frame.enter);
            *match how {
                How::Return => &mut calls.returned,
                How::Unwind => &mut calls.unwound,
                How::Cancelled => &mut calls.cancelled,
            } += 1;
            calls.did.merge(frame.did);
            write_frame(number, &frame, Some((event.at_ns, how)), run, table)?;
        } else if let Some(frame) = self.open.get_mut(&number) {
            frame.did.add(&event.kind);
        }
        Ok(())
    }

    fn calls(&mut self, enter: &Enter) -> &mut Calls {
        self.functions.entry((enter.function.clone(), enter.file.clone(), enter.line)).or_default()
    }

    /// Writes the frames that did not end, and all functions.
    pub(super) fn finish(
        mut self,
        run: &Run,
        frames: &mut Table,
        functions: &mut Table,
    ) -> Result<(), Error> {
        let mut open: Vec<_> = std::mem::take(&mut self.open).into_iter().collect();
        open.sort_unstable_by_key(|(number, _)| *number);
        for (number, frame) in open {
            self.calls(&frame.enter).did.merge(frame.did);
            write_frame(number, &frame, None, run, frames)?;
        }
        for ((function, file, line), calls) in &self.functions {
            let [name, host, program] = run.cells();
            let [allocs, allocated_bytes, frees, freed_bytes, violations] = calls.did.cells();
            functions.row(&[
                name,
                host,
                program,
                Cell::Text(function),
                Cell::Text(file),
                Cell::int(*line),
                Cell::int(calls.entered),
                Cell::int(calls.returned),
                Cell::int(calls.unwound),
                Cell::int(calls.cancelled),
                Cell::maybe(calls.most_stack_bytes),
                allocs,
                allocated_bytes,
                frees,
                freed_bytes,
                violations,
            ])?;
        }
        Ok(())
    }
}

fn write_frame(
    number: u64,
    frame: &Frame,
    end: Option<(u64, How)>,
    run: &Run,
    table: &mut Table,
) -> Result<(), Error> {
    let Enter { function, file, line, parent, stack_bytes, kind, .. } = &frame.enter;
    let [name, host, program] = run.cells();
    let [allocs, allocated_bytes, frees, freed_bytes, violations] = frame.did.cells();
    table.row(&[
        name,
        host,
        program,
        Cell::int(number),
        Cell::maybe(*parent),
        Cell::int(frame.thread),
        Cell::Text(function),
        Cell::Text(file),
        Cell::int(*line),
        Cell::Flag(kind.is_future()),
        Cell::int(frame.begin_ns),
        Cell::maybe(end.map(|(at_ns, _)| at_ns)),
        end.map_or(Cell::Null, |(_, how)| Cell::Text(ending(how))),
        Cell::maybe(*stack_bytes),
        allocs,
        allocated_bytes,
        frees,
        freed_bytes,
        violations,
    ])
}
