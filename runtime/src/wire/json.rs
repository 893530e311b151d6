//! JSON Lines, version 1: a header, one object per event, an end. `schema/trace.schema.json` has the rules.
//!
//! ```
//! use trace_memory::event::{Event, How, Kind};
//! use trace_memory::wire::{End, Header, json};
//!
//! let header =
//!     Header { pid: 7, program: "app".into(), started_ms: 0, allocator: true, debug_assertions: false, coarse_clock: false };
//! let event = Event { seq: 9, at_ns: 1_500, thread: 1, frame: Some(3), kind: Kind::Exit(How::Return) };
//! let mut out = Vec::new();
//! json::write_header(&header, &mut out)?;
//! json::write_event(&event, &mut out)?;
//! json::write_end(&End { events: 1, ..End::default() }, &mut out)?;
//! assert_eq!(out.split_inclusive(|byte| *byte == b'\n').count(), 3);
//! # Ok::<(), std::io::Error>(())
//! ```

use std::io::{self, Write};

use super::object::Object;
use super::{End, Header};
use crate::event::{
    Bind, Broken, Drop, DropOf, Enter, Event, Free, Heap, How, Kind, Local, Move, Pointer, Realloc, Region,
    Scan, Violation,
};
use crate::record::{Doubt, Reason};
use crate::site::{Into, Position};

/// Writes the first line.
///
/// ```
/// use trace_memory::wire::{Header, json};
///
/// let header =
///     Header { pid: 7, program: "app".into(), started_ms: 0, allocator: true, debug_assertions: false, coarse_clock: false };
/// let mut out = Vec::new();
/// json::write_header(&header, &mut out)?;
/// assert!(out.starts_with(br#"{"trace_memory":1,"pid":7,"program":"app""#));
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// Those of `out`.
pub fn write_header(header: &Header, out: &mut impl Write) -> io::Result<()> {
    let mut object = Object::new();
    object.number("trace_memory", 1);
    object.number("pid", header.pid);
    object.text("program", &header.program);
    object.number("started_ms", header.started_ms);
    object.flag("allocator", header.allocator);
    object.flag("debug_assertions", header.debug_assertions);
    if header.coarse_clock {
        object.flag("coarse_clock", true);
    }
    object.write_to(out)
}

/// Writes the line of an event.
///
/// ```
/// use trace_memory::event::{Event, How, Kind};
/// use trace_memory::wire::json;
///
/// let event = Event { seq: 9, at_ns: 1_500, thread: 1, frame: Some(3), kind: Kind::Exit(How::Return) };
/// let mut out = Vec::new();
/// json::write_event(&event, &mut out)?;
/// assert_eq!(out, br#"{"ev":"exit","seq":9,"t":1500,"thread":1,"frame":3,"how":"return"}
/// "#);
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// Those of `out`.
pub fn write_event(event: &Event, out: &mut impl Write) -> io::Result<()> {
    let mut object = Object::new();
    object.text("ev", name(&event.kind));
    object.number("seq", event.seq);
    object.number("t", event.at_ns);
    object.number("thread", event.thread);
    object.optional("frame", event.frame);
    match &event.kind {
        Kind::Enter(row) => enter(&mut object, row),
        Kind::Exit(how) => object.text("how", self::how(*how)),
        Kind::Bind(row) => bind(&mut object, row),
        Kind::Move(row) => depart(&mut object, row),
        Kind::Drop(row) => drop(&mut object, row),
        Kind::Alloc(row) => heap(&mut object, row),
        Kind::Realloc(row) => realloc(&mut object, row),
        Kind::Free(row) => free(&mut object, row),
        Kind::Scan(row) => scan(&mut object, row),
        Kind::Suspend(at) => position(&mut object, *at),
        Kind::Resume(row) => object.optional("parent", row.parent),
        Kind::Violation(row) => violation(&mut object, row),
    }
    object.write_to(out)
}

/// Writes the last line.
///
/// ```
/// use trace_memory::wire::{End, json};
///
/// let mut out = Vec::new();
/// json::write_end(&End { events: 1, ..End::default() }, &mut out)?;
/// assert!(out.starts_with(br#"{"ev":"end","events":1,"lost":0"#));
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// Those of `out`.
pub fn write_end(end: &End, out: &mut impl Write) -> io::Result<()> {
    let mut object = Object::new();
    object.text("ev", "end");
    object.number("events", end.events);
    object.number("lost", end.lost);
    object.number("skipped", end.skipped);
    object.number("non_lifo", end.non_lifo);
    object.number("allocs", end.allocs);
    object.number("reallocs", end.reallocs);
    object.number("frees", end.frees);
    object.write_to(out)
}

fn enter(object: &mut Object, row: &Enter) {
    object.text("fn", &row.function);
    object.text("file", &row.file);
    object.number("line", row.line);
    object.optional("parent", row.parent);
    object.number("addr", row.addr);
    object.optional("stack", row.stack_bytes);
    object.maybe_text("thread_name", row.thread_name.as_deref());
    dropping(object, row.dropping.as_ref());
    if row.kind.is_future() {
        object.flag("async", true);
    }
}

fn bind(object: &mut Object, row: &Bind) {
    local(object, &row.local);
    object.text("type", &row.type_name);
    object.number("bytes", row.bytes);
    object.number("addr", row.addr);
    object.number("line", row.line);
    object.flag("param", row.param);
    object.flag("needs_drop", row.needs_drop);
    points_to(object, &row.points_to);
    object.maybe_text("value", row.value.as_deref());
    object.optional("inside", row.inside);
    object.maybe_text("part", row.part.as_deref());
}

fn scan(object: &mut Object, row: &Scan) {
    local(object, &row.local);
    points_to(object, &row.points_to);
}

fn depart(object: &mut Object, row: &Move) {
    local(object, &row.local);
    object.number("line", row.line);
    object.text("into", into(row.into));
    object.flag("partial", row.partial);
    object.flag("certain", row.certain);
}

fn drop(object: &mut Object, row: &Drop) {
    local(object, &row.local);
    object.text("reason", reason(row.reason));
    object.flag("partial", row.partial);
    object.flag("certain", row.doubt.is_none());
    object.maybe_text("why", row.doubt.map(doubt));
    match row.of {
        DropOf::Local => {}
        DropOf::Temporary => object.flag("temporary", true),
        DropOf::Place => object.flag("place", true),
    }
    object.optional("line", row.line);
}

fn heap(object: &mut Object, row: &Heap) {
    object.number("block", row.block);
    object.number("bytes", row.bytes);
    object.number("align", row.align);
    object.number("addr", row.addr);
    position(object, row.at);
}

fn violation(object: &mut Object, row: &Violation) {
    object.text("fn", &row.function);
    object.text("what", broken(row.what));
    object.optional("block", row.block);
    object.number("bytes", row.bytes);
    position(object, row.at);
}

pub(super) fn position(object: &mut Object, at: Option<Position>) {
    if let Some(Position { line, column }) = at {
        object.number("line", line);
        object.number("column", column);
    }
}

fn realloc(object: &mut Object, row: &Realloc) {
    heap(object, &row.heap);
    object.number("old_addr", row.old_addr);
    object.number("old_bytes", row.old_bytes);
}

fn free(object: &mut Object, row: &Free) {
    heap(object, &row.heap);
    object.optional("lived", row.lived_ns);
    object.optional("alloc_thread", row.alloc_thread);
    dropping(object, row.dropping.as_ref());
}

fn local(object: &mut Object, row: &Local) {
    object.text("local", &row.name);
    object.number("slot", row.slot);
}

fn dropping(object: &mut Object, row: Option<&Local>) {
    let Some(row) = row else { return };
    let mut inner = Object::new();
    local(&mut inner, row);
    object.raw("dropping", &inner.finish());
}

pub(super) fn points_to(object: &mut Object, row: &[Pointer]) {
    let pointers: Vec<_> = row.iter().map(pointer).collect();
    object.raw("points_to", &format!("[{}]", pointers.join(",")));
}

fn pointer(row: &Pointer) -> String {
    let mut object = Object::new();
    object.number("offset", row.offset);
    match &row.region {
        Region::Heap { block, bytes, owns } => {
            object.text("region", "heap");
            object.number("block", block);
            object.number("bytes", bytes);
            object.flag("owns", *owns);
        }
        Region::Stack { thread, local } => {
            object.text("region", "stack");
            object.number("thread", thread);
            object.maybe_text("local", local.as_deref());
        }
        Region::Static => object.text("region", "static"),
        Region::Unknown => object.text("region", "unknown"),
    }
    object.finish()
}

fn name(kind: &Kind) -> &'static str {
    match kind {
        Kind::Enter(_) => "enter",
        Kind::Exit(_) => "exit",
        Kind::Bind(_) => "bind",
        Kind::Move(_) => "move",
        Kind::Drop(_) => "drop",
        Kind::Alloc(_) => "alloc",
        Kind::Realloc(_) => "realloc",
        Kind::Free(_) => "free",
        Kind::Scan(_) => "scan",
        Kind::Suspend(_) => "suspend",
        Kind::Resume(_) => "resume",
        Kind::Violation(_) => "violation",
    }
}

pub(super) fn broken(what: Broken) -> &'static str {
    match what {
        Broken::Alloc => "alloc",
        Broken::Realloc => "realloc",
        Broken::Free => "free",
    }
}

pub(super) fn how(how: How) -> &'static str {
    match how {
        How::Return => "return",
        How::Unwind => "unwind",
        How::Cancelled => "cancelled",
    }
}

/// The word for why a value is dropped.
///
/// ```
/// use trace_memory::record::Reason;
/// use trace_memory::wire::json;
///
/// assert_eq!(json::reason(Reason::ScopeEnd), "scope_end");
/// ```
#[must_use]
pub fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::ScopeEnd => "scope_end",
        Reason::Reassigned => "reassigned",
        Reason::Unwind => "unwind",
        Reason::Explicit => "explicit",
    }
}

/// The word for why a drop is not certain.
///
/// ```
/// use trace_memory::record::Doubt;
/// use trace_memory::wire::json;
///
/// assert_eq!(json::doubt(Doubt::MaybeMoved), "maybe_moved");
/// ```
#[must_use]
pub fn doubt(doubt: Doubt) -> &'static str {
    match doubt {
        Doubt::Rest => "rest",
        Doubt::MaybeMoved => "maybe_moved",
        Doubt::Variant => "variant",
    }
}

/// The word for where a value moves.
///
/// ```
/// use trace_memory::site::Into;
/// use trace_memory::wire::json;
///
/// assert_eq!(json::into(Into::Call), "call");
/// ```
#[must_use]
pub fn into(into: Into) -> &'static str {
    match into {
        Into::Call => "call",
        Into::Return => "return",
        Into::Assign => "assign",
        Into::Field => "field",
        Into::Capture => "capture",
        Into::Receiver => "receiver",
        Into::Pattern => "pattern",
        Into::Macro => "macro",
    }
}
