//! The words for each kind of event, the same in the tree and in the live view.

use super::Style;
use super::escape::{cut, escape};
use super::layout::{Line, Tone};
use super::number;
use crate::event::{Bind, Drop, DropOf, How, Move, Pointer, Region};
use crate::record::{Doubt, Reason};
use crate::site::{BodyKind, Into, Position};

/// Values longer than this are cut.
const VALUE: usize = 32;

/// The last part of a path that still says what is called: `length`, `Stack::push`, `{closure}`.
pub(super) fn function(path: &str) -> String {
    let short = short_path(path);
    let parts: Vec<&str> = split_path(&short);
    let typed = parts.len() > 1 && parts[parts.len() - 2].starts_with(|c: char| c.is_uppercase() || c == '<');
    let kept = parts.len().saturating_sub(if typed { 2 } else { 1 });
    format!("{}()", escape(&parts[kept..].join("::").replace("{{", "{").replace("}}", "}")))
}

/// Splits at `::` outside of angle brackets.
fn split_path(path: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    for (index, byte) in path.bytes().enumerate() {
        match byte {
            b'<' => depth += 1,
            b'>' => depth = depth.saturating_sub(1),
            b':' if depth == 0 && index >= start && path[index..].starts_with("::") => {
                parts.push(&path[start..index]);
                start = index + 2;
            }
            _ => {}
        }
    }
    parts.push(&path[start.min(path.len())..]);
    parts
}

/// A type's name without the modules its parts live in.
pub(super) fn type_name(name: &str) -> String {
    let mut short = String::with_capacity(name.len());
    let mut rest = name;
    while !rest.is_empty() {
        let word = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let (ident, after) = rest.split_at(word);
        let module = ident.starts_with(|c: char| c.is_lowercase() || c == '_');
        match after.strip_prefix("::") {
            Some(inner) if module => rest = inner,
            _ => {
                let step = after.chars().next().map_or(0, char::len_utf8);
                short.push_str(ident);
                short.push_str(&after[..step]);
                rest = &after[step..];
            }
        }
    }
    escape(&short)
}

/// Inside angle brackets only the types' own names stay.
fn short_path(path: &str) -> String {
    if path.contains('<') { type_name(path) } else { path.to_owned() }
}

/// The file's own name.
pub(super) fn file(file: &str) -> String {
    escape(file.rsplit(['/', '\\']).next().unwrap_or(file))
}

pub(super) fn file_line(file: &str, line: u32) -> String {
    format!("{}:{line}", self::file(file))
}

pub(super) fn line(line: u32) -> String {
    format!(":{line}")
}

pub(super) fn position(at: Option<Position>) -> String {
    at.map_or_else(String::new, |at| format!(":{}:{}", at.line, at.column))
}

/// `name: Type = value`.
pub(super) fn local(bind: &Bind, style: &Style) -> String {
    let text = format!("{}: {}", escape(&bind.local.name), type_name(&bind.type_name));
    match &bind.value {
        Some(value) => format!("{text} = {}", cut(&escape(value), VALUE, style.glyphs().dots)),
        None => text,
    }
}

/// What a frame is.
pub(super) fn frame(kind: BodyKind) -> &'static str {
    if kind.is_future() { "future" } else { "stack frame" }
}

/// What becomes of a frame at its end.
pub(super) fn freed(kind: BodyKind, how: How) -> &'static str {
    match (kind.is_future(), how) {
        (false, _) => "stack frame freed",
        (true, How::Cancelled) => "future dropped",
        (true, _) => "future ended",
    }
}

/// Where a local is, and what it points to; block numbers are for rows that stand for one event.
pub(super) fn place(bind: &Bind, style: &Style, numbered: bool) -> String {
    let home = match bind.inside {
        None => "stack".to_owned(),
        Some(block) if numbered => format!("in heap #{block}"),
        Some(_) => "in a heap block".to_owned(),
    };
    match &bind.part {
        Some(part) => format!("{home} {} {}", style.glyphs().arrow, self::part(part, style, numbered)),
        None => points(&home, &bind.points_to, style, numbered),
    }
}

/// A part of a local; an index is for a row that stands for one event.
fn part(part: &str, style: &Style, numbered: bool) -> String {
    match part.split_once('[') {
        Some((name, _)) if !numbered => format!("{}[{}]", escape(name), style.glyphs().dots),
        _ => escape(part),
    }
}

/// Something at `home`, and what it points to.
pub(super) fn points(home: &str, pointers: &[Pointer], style: &Style, numbered: bool) -> String {
    let glyphs = style.glyphs();
    let mut targets: Vec<String> = Vec::new();
    for pointer in pointers {
        let target = region(&pointer.region, numbered);
        if !targets.contains(&target) {
            targets.push(target);
        }
    }
    match targets.as_slice() {
        [] => home.to_owned(),
        [first, second, rest @ ..] if !rest.is_empty() => {
            format!("{home} {} {first}; {second} + {} more", glyphs.arrow, rest.len())
        }
        few => format!("{home} {} {}", glyphs.arrow, few.join("; ")),
    }
}

fn region(region: &Region, numbered: bool) -> String {
    match region {
        Region::Heap { block, bytes, .. } if numbered => {
            format!("heap #{block}, {}", number::size(*bytes))
        }
        Region::Heap { bytes, .. } => format!("heap, {}", number::size(*bytes)),
        Region::Stack { local: Some(local), .. } => format!("stack: {}", escape(local)),
        Region::Stack { thread, local: None } => format!("stack of thread {thread}"),
        Region::Static => "static".to_owned(),
        Region::Unknown => "unknown memory".to_owned(),
    }
}

/// The row of a move.
pub(super) fn depart(row: &Move) -> Line {
    let part = if row.partial { "part of " } else { "" };
    let doubt = if row.certain { "" } else { ", not certain" };
    Line {
        name: format!("move {part}{}", escape(&row.local.name)),
        place: format!("into {}{doubt}", into(row.into)),
        source: line(row.line),
        tone: if row.certain { Tone::Plain } else { Tone::Doubt },
        ..Line::default()
    }
}

pub(super) fn into(into: Into) -> &'static str {
    match into {
        Into::Call => "call",
        Into::Return => "result",
        Into::Assign => "assignment",
        Into::Field => "field",
        Into::Capture => "closure",
        Into::Receiver => "method",
        Into::Pattern => "pattern",
        Into::Macro => "macro",
    }
}

/// The row of a drop.
pub(super) fn drop(row: &Drop) -> Line {
    let mut place = match (row.of == DropOf::Temporary, row.reason) {
        (true, Reason::ScopeEnd) => "temporary".to_owned(),
        (true, other) => format!("temporary, {}", reason(other)),
        (false, reason) => self::reason(reason).to_owned(),
    };
    place.push_str(match row.doubt {
        Some(Doubt::Rest) => "; not certain: fields moved out",
        Some(Doubt::MaybeMoved) => "; not certain: may have moved",
        Some(Doubt::Variant) => "; not certain: a variant that may be empty",
        None if row.partial => ", what was not moved",
        None => "",
    });
    Line {
        name: format!("drop {}", escape(&row.local.name)),
        place,
        source: row.line.map_or_else(String::new, line),
        tone: if row.doubt.is_some() { Tone::Doubt } else { Tone::Plain },
        ..Line::default()
    }
}

fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::ScopeEnd => "end of scope",
        Reason::Reassigned => "new value assigned",
        Reason::Unwind => "unwinding",
        Reason::Explicit => "on request",
    }
}

/// How a frame ends.
pub(super) fn how(how: How) -> &'static str {
    match how {
        How::Return => "return",
        How::Unwind => "unwind",
        How::Cancelled => "cancelled",
    }
}
