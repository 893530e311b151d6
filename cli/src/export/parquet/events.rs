//! The tables of events and of the pointers in them.

use trace_memory::event::{DropOf, Event, Free, Heap, How, Kind, Pointer, Realloc, Region};
use trace_memory::wire::json;

use super::Run;
use super::table::{Cell, Table};
use crate::error::Error;

/// A row per event. `detail` is how a frame ended, into what a value moved, or why it was dropped.
pub(super) const EVENTS: [(&str, &str); 28] = [
    ("run", "text"),
    ("host", "text"),
    ("program", "text"),
    ("seq", "int"),
    ("at_ns", "int"),
    ("thread", "int"),
    ("frame", "int"),
    ("event", "text"),
    ("function", "text"),
    ("line", "int"),
    ("column", "int"),
    ("local", "text"),
    ("slot", "int"),
    ("type", "text"),
    ("value", "text"),
    ("block", "int"),
    ("bytes", "int"),
    ("old_bytes", "int"),
    ("align", "int"),
    ("addr", "int"),
    ("old_addr", "int"),
    ("lived_ns", "int"),
    ("detail", "text"),
    ("temporary", "flag"),
    ("param", "flag"),
    ("partial", "flag"),
    ("certain", "flag"),
    ("why", "text"),
];

/// A row per pointer that an event of a local tells of; `seq` is that of the event.
pub(super) const POINTERS: [(&str, &str); 15] = [
    ("run", "text"),
    ("host", "text"),
    ("program", "text"),
    ("seq", "int"),
    ("thread", "int"),
    ("frame", "int"),
    ("local", "text"),
    ("slot", "int"),
    ("offset", "int"),
    ("region", "text"),
    ("block", "int"),
    ("bytes", "int"),
    ("owns", "flag"),
    ("stack_thread", "int"),
    ("stack_local", "text"),
];

/// What a row of [`EVENTS`] has besides what all have.
struct Row<'a> {
    event: &'static str,
    function: Cell<'a>,
    line: Cell<'a>,
    column: Cell<'a>,
    local: Cell<'a>,
    slot: Cell<'a>,
    type_name: Cell<'a>,
    value: Cell<'a>,
    block: Cell<'a>,
    bytes: Cell<'a>,
    old_bytes: Cell<'a>,
    align: Cell<'a>,
    addr: Cell<'a>,
    old_addr: Cell<'a>,
    lived_ns: Cell<'a>,
    detail: Cell<'a>,
    temporary: Cell<'a>,
    param: Cell<'a>,
    partial: Cell<'a>,
    certain: Cell<'a>,
    why: Cell<'a>,
}

impl<'a> Row<'a> {
    fn new(event: &'static str) -> Self {
        let null = Cell::Null;
        Self {
            event,
            function: null,
            line: null,
            column: null,
            local: null,
            slot: null,
            type_name: null,
            value: null,
            block: null,
            bytes: null,
            old_bytes: null,
            align: null,
            addr: null,
            old_addr: null,
            lived_ns: null,
            detail: null,
            temporary: null,
            param: null,
            partial: null,
            certain: null,
            why: null,
        }
    }

    fn heap(event: &'static str, heap: &Heap) -> Self {
        Self {
            line: Cell::maybe(heap.at.map(|at| at.line)),
            column: Cell::maybe(heap.at.map(|at| at.column)),
            block: Cell::int(heap.block),
            bytes: Cell::int(heap.bytes),
            align: Cell::int(heap.align),
            addr: Cell::int(heap.addr),
            ..Self::new(event)
        }
    }

    fn local(event: &'static str, local: &'a trace_memory::event::Local) -> Self {
        Self { local: Cell::Text(&local.name), slot: Cell::int(local.slot), ..Self::new(event) }
    }

    fn of(event: &'a Event) -> Self {
        match &event.kind {
            Kind::Enter(row) => Self {
                function: Cell::Text(&row.function),
                line: Cell::int(row.line),
                addr: Cell::int(row.addr),
                ..Self::new("enter")
            },
            Kind::Exit(how) => Self { detail: Cell::Text(ending(*how)), ..Self::new("exit") },
            Kind::Suspend(at) => Self {
                line: Cell::maybe(at.map(|at| at.line)),
                column: Cell::maybe(at.map(|at| at.column)),
                ..Self::new("suspend")
            },
            Kind::Resume(row) => Self { function: Cell::Text(&row.function), ..Self::new("resume") },
            Kind::Alloc(heap) => Self::heap("alloc", heap),
            Kind::Realloc(Realloc { heap, old_addr, old_bytes }) => Self {
                old_addr: Cell::int(*old_addr),
                old_bytes: Cell::int(*old_bytes),
                ..Self::heap("realloc", heap)
            },
            Kind::Free(Free { heap, lived_ns, dropping, .. }) => Self {
                lived_ns: Cell::maybe(*lived_ns),
                local: Cell::text(dropping.as_ref().map(|local| &local.name)),
                slot: Cell::maybe(dropping.as_ref().map(|local| local.slot)),
                ..Self::heap("free", heap)
            },
            Kind::Violation(row) => Self {
                function: Cell::Text(&row.function),
                block: Cell::maybe(row.block),
                bytes: Cell::int(row.bytes),
                line: Cell::maybe(row.at.map(|at| at.line)),
                column: Cell::maybe(row.at.map(|at| at.column)),
                ..Self::new("violation")
            },
            _ => Self::of_local(event),
        }
    }

    fn of_local(event: &'a Event) -> Self {
        match &event.kind {
            Kind::Bind(row) => Self {
                line: Cell::int(row.line),
                type_name: Cell::Text(&row.type_name),
                value: Cell::text(row.value.as_ref()),
                bytes: Cell::int(row.bytes),
                addr: Cell::int(row.addr),
                param: Cell::Flag(row.param),
                ..Self::local("bind", &row.local)
            },
            Kind::Move(row) => Self {
                line: Cell::int(row.line),
                detail: Cell::Text(json::into(row.into)),
                partial: Cell::Flag(row.partial),
                certain: Cell::Flag(row.certain),
                ..Self::local("move", &row.local)
            },
            Kind::Drop(row) => Self {
                line: Cell::maybe(row.line),
                detail: Cell::Text(json::reason(row.reason)),
                temporary: Cell::Flag(row.of == DropOf::Temporary),
                partial: Cell::Flag(row.partial),
                certain: Cell::Flag(row.doubt.is_none()),
                why: row.doubt.map_or(Cell::Null, |doubt| Cell::Text(json::doubt(doubt))),
                ..Self::local("drop", &row.local)
            },
            Kind::Scan(row) => Self::local("scan", &row.local),
            _ => Self::new("unknown"),
        }
    }
}

pub(super) fn write_event(event: &Event, run: &Run, table: &mut Table) -> Result<(), Error> {
    let row = Row::of(event);
    let [name, host, program] = run.cells();
    table.row(&[
        name,
        host,
        program,
        Cell::int(event.seq),
        Cell::int(event.at_ns),
        Cell::int(event.thread),
        Cell::maybe(event.frame),
        Cell::Text(row.event),
        row.function,
        row.line,
        row.column,
        row.local,
        row.slot,
        row.type_name,
        row.value,
        row.block,
        row.bytes,
        row.old_bytes,
        row.align,
        row.addr,
        row.old_addr,
        row.lived_ns,
        row.detail,
        row.temporary,
        row.param,
        row.partial,
        row.certain,
        row.why,
    ])
}

pub(super) fn write_pointers(event: &Event, run: &Run, table: &mut Table) -> Result<(), Error> {
    let (local, pointers) = match &event.kind {
        Kind::Bind(bind) => (&bind.local, &bind.points_to),
        Kind::Scan(scan) => (&scan.local, &scan.points_to),
        _ => return Ok(()),
    };
    let [name, host, program] = run.cells();
    for Pointer { offset, region } in pointers {
        let null = Cell::Null;
        let (region, heap, stack) = match region {
            Region::Heap { block, bytes, owns } => {
                ("heap", [Cell::int(*block), Cell::int(*bytes), Cell::Flag(*owns)], [null; 2])
            }
            Region::Stack { thread, local } => {
                ("stack", [null; 3], [Cell::int(*thread), Cell::text(local.as_ref())])
            }
            Region::Static => ("static", [null; 3], [null; 2]),
            Region::Unknown => ("unknown", [null; 3], [null; 2]),
        };
        let [block, bytes, owns] = heap;
        table.row(&[
            name,
            host,
            program,
            Cell::int(event.seq),
            Cell::int(event.thread),
            Cell::maybe(event.frame),
            Cell::Text(&local.name),
            Cell::int(local.slot),
            Cell::int(*offset),
            Cell::Text(region),
            block,
            bytes,
            owns,
            stack[0],
            stack[1],
        ])?;
    }
    Ok(())
}

pub(super) fn ending(how: How) -> &'static str {
    match how {
        How::Return => "return",
        How::Unwind => "unwind",
        How::Cancelled => "cancelled",
    }
}
