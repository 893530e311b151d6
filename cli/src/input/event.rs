//! An event of a row: what it needs is there, and nothing contradicts.

use std::num::{NonZeroU32, NonZeroU64, NonZeroUsize};

use trace_memory::event::{
    Bind, Broken, Drop, DropOf, Enter, Event, Free, Heap, How, Kind, Local, Move, Pointer, Realloc, Region,
    Resume, Scan, Violation,
};
use trace_memory::record::{Doubt, Reason};
use trace_memory::site::{BodyKind, Into, Position};

use super::json::Names;
use super::row::{self, Ev, Row, Text};

/// Makes the event; the fault, if it is none, is a sentence.
pub(super) fn of(row: Row<'_>, names: &mut Names) -> Result<Event, String> {
    let (seq, at_ns) = (need(row.seq, "seq")?.get(), need(row.t, "t")?);
    let thread = need(row.thread, "thread")?.get();
    let frame = row.frame.map(NonZeroU64::get);
    let is_framed = !matches!(row.ev, Ev::Alloc | Ev::Realloc | Ev::Free);
    let number = if is_framed { need(frame, "frame")? } else { 0 };
    let kind = match row.ev {
        Ev::Enter => Kind::Enter(enter(&row, number, names)?),
        Ev::Exit => {
            names.end_frame(number);
            Kind::Exit(how(need(row.how, "how")?))
        }
        Ev::Suspend => Kind::Suspend(position(&row)?),
        Ev::Resume => {
            Kind::Resume(Resume { function: names.future(number)?, parent: row.parent.map(NonZeroU64::get) })
        }
        Ev::Bind => Kind::Bind(bind(row, names)?),
        Ev::Scan => {
            let local = local(&row, names)?;
            Kind::Scan(Scan { local, points_to: points_to(row.points_to, names)? })
        }
        Ev::Move => Kind::Move(depart(&row, names)?),
        Ev::Drop => Kind::Drop(drop_of(&row, names)?),
        Ev::Alloc => Kind::Alloc(heap(&row)?),
        Ev::Realloc => Kind::Realloc(Realloc {
            heap: heap(&row)?,
            old_addr: need(row.old_addr, "old_addr")?,
            old_bytes: bytes(row.old_bytes, "old_bytes")?,
        }),
        Ev::Free => Kind::Free(Free {
            heap: heap(&row)?,
            lived_ns: row.lived,
            alloc_thread: row.alloc_thread.map(NonZeroU32::get),
            dropping: dropping(row.dropping.as_ref(), names),
        }),
        Ev::Violation => Kind::Violation(violation(&row, names)?),
        Ev::End => return Err("the end is no event".to_owned()),
    };
    Ok(Event { seq, at_ns, thread, frame, kind })
}

fn need<T>(value: Option<T>, key: &str) -> Result<T, String> {
    value.ok_or_else(|| format!("missing field `{key}`"))
}

fn text(value: Option<&Text<'_>>, key: &str, names: &mut Names) -> Result<std::sync::Arc<str>, String> {
    need(value, key).map(|text| names.name(&text.0))
}

/// No value, and no block, is larger than half of all addresses.
fn bytes(value: Option<usize>, key: &str) -> Result<usize, String> {
    let bytes = need(value, key)?;
    let fits = isize::try_from(bytes).is_ok();
    if fits { Ok(bytes) } else { Err(format!("`{key}` is larger than any block can be")) }
}

fn position(row: &Row<'_>) -> Result<Option<Position>, String> {
    match (row.line, row.column) {
        (Some(line), Some(column)) => Ok(Some(Position { line: line.get(), column: column.get() })),
        (None, None) => Ok(None),
        _ => Err("`line` and `column` go together".to_owned()),
    }
}

fn enter(row: &Row<'_>, frame: u64, names: &mut Names) -> Result<Enter, String> {
    let function = text(row.function.as_ref(), "fn", names)?;
    if row.is_future {
        names.begin_future(frame, &function);
    }
    Ok(Enter {
        function,
        file: text(row.file.as_ref(), "file", names)?,
        line: need(row.line, "line")?.get(),
        parent: row.parent.map(NonZeroU64::get),
        addr: need(row.addr, "addr")?,
        stack_bytes: row.stack,
        dropping: dropping(row.dropping.as_ref(), names),
        thread_name: row.thread_name.as_ref().map(|name| names.name(&name.0)),
        // The format does not tell closures from functions, nor `async` blocks from functions; no report does.
        kind: if row.is_future { BodyKind::AsyncFn } else { BodyKind::Function },
    })
}

fn bind(row: Row<'_>, names: &mut Names) -> Result<Bind, String> {
    Ok(Bind {
        local: local(&row, names)?,
        type_name: text(row.type_name.as_ref(), "type", names)?,
        bytes: bytes(row.bytes, "bytes")?,
        addr: need(row.addr, "addr")?,
        line: need(row.line, "line")?.get(),
        param: need(row.param, "param")?,
        needs_drop: need(row.needs_drop, "needs_drop")?,
        value: row.value.map(|value| value.0.as_ref().into()),
        inside: row.inside.map(NonZeroU64::get),
        part: row.part.map(|part| part.0.as_ref().into()),
        points_to: points_to(row.points_to, names)?,
    })
}

fn points_to(rows: Option<Vec<row::Pointer<'_>>>, names: &mut Names) -> Result<Vec<Pointer>, String> {
    need(rows, "points_to")?.into_iter().map(|row| pointer(&row, names)).collect()
}

fn pointer(row: &row::Pointer<'_>, names: &mut Names) -> Result<Pointer, String> {
    let region = match row.region {
        row::Region::Heap => Region::Heap {
            block: need(row.block, "block")?.get(),
            bytes: bytes(row.bytes, "bytes")?,
            owns: need(row.owns, "owns")?,
        },
        row::Region::Stack => Region::Stack {
            thread: need(row.thread, "thread")?.get(),
            local: row.local.as_ref().map(|local| names.name(&local.0)),
        },
        row::Region::Static => Region::Static,
        row::Region::Unknown => Region::Unknown,
    };
    Ok(Pointer { offset: row.offset, region })
}

fn depart(row: &Row<'_>, names: &mut Names) -> Result<Move, String> {
    Ok(Move {
        local: local(row, names)?,
        line: need(row.line, "line")?.get(),
        into: into(need(row.into, "into")?),
        partial: need(row.partial, "partial")?,
        certain: need(row.certain, "certain")?,
    })
}

fn drop_of(row: &Row<'_>, names: &mut Names) -> Result<Drop, String> {
    let doubt = match (need(row.certain, "certain")?, row.why) {
        (true, None) => None,
        (false, Some(row::Why::Rest)) => Some(Doubt::Rest),
        (false, Some(row::Why::MaybeMoved)) => Some(Doubt::MaybeMoved),
        (false, Some(row::Why::Variant)) => Some(Doubt::Variant),
        _ => return Err("`why` stands exactly where `certain` is false".to_owned()),
    };
    Ok(Drop {
        local: local(row, names)?,
        reason: match need(row.reason, "reason")? {
            row::Reason::ScopeEnd => Reason::ScopeEnd,
            row::Reason::Reassigned => Reason::Reassigned,
            row::Reason::Unwind => Reason::Unwind,
            row::Reason::Explicit => Reason::Explicit,
        },
        partial: need(row.partial, "partial")?,
        doubt,
        of: match (row.temporary, row.place) {
            (false, false) => DropOf::Local,
            (true, false) => DropOf::Temporary,
            (false, true) => DropOf::Place,
            (true, true) => return Err("a drop is not of a temporary and of a place".to_owned()),
        },
        line: row.line.map(NonZeroU32::get),
    })
}

fn heap(row: &Row<'_>) -> Result<Heap, String> {
    Ok(Heap {
        block: need(row.block, "block")?.get(),
        bytes: bytes(row.bytes, "bytes")?,
        align: need(row.align, "align").map(NonZeroUsize::get)?,
        addr: need(row.addr, "addr")?,
        at: position(row)?,
    })
}

fn violation(row: &Row<'_>, names: &mut Names) -> Result<Violation, String> {
    Ok(Violation {
        function: text(row.function.as_ref(), "fn", names)?,
        what: match need(row.what, "what")? {
            row::What::Alloc => Broken::Alloc,
            row::What::Realloc => Broken::Realloc,
            row::What::Free => Broken::Free,
        },
        block: row.block.map(NonZeroU64::get),
        bytes: bytes(row.bytes, "bytes")?,
        at: position(row)?,
    })
}

fn local(row: &Row<'_>, names: &mut Names) -> Result<Local, String> {
    Ok(Local { name: text(row.local.as_ref(), "local", names)?, slot: need(row.slot, "slot")? })
}

fn dropping(row: Option<&row::Local<'_>>, names: &mut Names) -> Option<Local> {
    row.map(|row| Local { name: names.name(&row.local.0), slot: row.slot })
}

fn how(how: row::How) -> How {
    match how {
        row::How::Return => How::Return,
        row::How::Unwind => How::Unwind,
        row::How::Cancelled => How::Cancelled,
    }
}

fn into(into: row::Into) -> Into {
    match into {
        row::Into::Call => Into::Call,
        row::Into::Return => Into::Return,
        row::Into::Assign => Into::Assign,
        row::Into::Field => Into::Field,
        row::Into::Capture => Into::Capture,
        row::Into::Receiver => Into::Receiver,
        row::Into::Pattern => Into::Pattern,
        row::Into::Macro => Into::Macro,
    }
}
