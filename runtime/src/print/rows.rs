//! The line of each kind of row of the tree.

use std::fmt::Write as _;

use super::layout::{Line, Tone};
use super::{Style, number, words};
use crate::event::{Bind, Broken, Violation};
use crate::report::{Blocks, Call, Resize, Rest, Sign, Tally, Wait};
use crate::site::Position;

pub(super) fn times(name: String, times: u64, style: &Style) -> String {
    if times == 1 { name } else { format!("{name} {} {}", style.glyphs().times, number::count(times)) }
}

pub(super) fn call(call: &Call, outer_file: &str, style: &Style) -> Line {
    let enter = &call.enter;
    let bytes = enter.stack_bytes.filter(|_| !style.stable);
    let mut place = words::frame(enter.kind).to_owned();
    let near = *enter.file == *outer_file;
    let heap = heap(call.tally, style);
    if !heap.is_empty() {
        let _ = write!(place, ", {heap}");
    }
    Line {
        name: words::function(&enter.function),
        size: bytes.map_or_else(String::new, number::size),
        place,
        source: if near { words::line(enter.line) } else { words::file_line(&enter.file, enter.line) },
        tone: Tone::Call,
        ..Line::default()
    }
}

/// What a call and the calls below it did on the heap; empty if nothing.
pub(super) fn heap(tally: Tally, style: &Style) -> String {
    let glyphs = style.glyphs();
    let amounts = [(glyphs.plus, tally.bytes), (glyphs.minus, tally.freed_bytes)];
    let amounts = amounts.into_iter().filter(|&(_, bytes)| bytes > 0);
    let amounts: Vec<_> = amounts.map(|(sign, bytes)| format!("{sign}{}", number::bytes(bytes))).collect();
    if amounts.is_empty() { String::new() } else { format!("heap {}", amounts.join(" ")) }
}

pub(super) fn heap_counts(tally: Tally) -> String {
    let counts = [(tally.allocs, "allocation"), (tally.reallocs, "reallocation"), (tally.frees, "free")];
    let counts = counts.into_iter().filter(|&(count, _)| count > 0);
    counts.map(|(count, noun)| number::counted(count, noun)).collect::<Vec<_>>().join(", ")
}

pub(super) fn closed(call: &Call, style: &Style) -> Line {
    let name = format!("{} {}", style.glyphs().dots, number::counted(call.tally.calls, "deeper frame"));
    Line { name, place: heap_counts(call.tally), tone: Tone::Quiet, ..Line::default() }
}

pub(super) fn rest(rest: &Rest, style: &Style) -> Line {
    let counts = [(rest.locals, "local"), (rest.moves, "move"), (rest.drops, "drop")];
    let mut place: Vec<_> = counts
        .into_iter()
        .filter(|&(count, _)| count > 0)
        .map(|(count, noun)| number::counted(count, noun))
        .collect();
    if rest.other.calls > 0 {
        place.push(number::counted(rest.other.calls, "other call"));
    }
    place.extend(Some(heap_counts(rest.other)).filter(|text| !text.is_empty()));
    let name = format!("{} {} more", style.glyphs().dots, number::count(rest.rows));
    Line { name, place: place.join(", "), tone: Tone::Quiet, ..Line::default() }
}

pub(super) fn end(call: &Call) -> Line {
    let (name, place) = match call.how {
        Some(how) => (words::how(how), words::freed(call.enter.kind, how)),
        None => ("still running", ""),
    };
    Line { name: name.into(), place: place.into(), tone: Tone::Quiet, ..Line::default() }
}

pub(super) fn local(bind: &Bind, style: &Style, with_value: bool, numbered: bool) -> Line {
    let name = if with_value {
        words::local(bind, style)
    } else {
        words::local(&Bind { value: None, ..bind.clone() }, style)
    };
    Line {
        name,
        size: number::size(bind.bytes),
        place: words::place(bind, style, numbered),
        source: words::line(bind.line),
        ..Line::default()
    }
}

pub(super) fn wait(row: &Wait) -> Line {
    let place = match (row.resumed, row.thread) {
        (true, Some(thread)) => format!("goes on in thread {thread}"),
        (true, None) => "goes on".to_owned(),
        (false, _) => String::new(),
    };
    Line { place, ..pending(row.at) }
}

/// A heap event that a `stack_only` function must not make.
pub(super) fn violation(row: &Violation, numbered: bool) -> Line {
    let what = match row.what {
        Broken::Alloc => "allocates",
        Broken::Realloc => "reallocates",
        Broken::Free => "frees",
    };
    let block = row.block.filter(|_| numbered).map_or_else(String::new, |block| format!(" heap #{block}"));
    Line {
        name: format!("! {what}{block}"),
        size: number::size(row.bytes),
        place: format!("in stack_only {}", words::function(&row.function)),
        source: words::position(row.at),
        tone: Tone::Wrong,
        ..Line::default()
    }
}

/// A future that gives its thread back, at `at`.
pub(super) fn pending(at: Option<Position>) -> Line {
    Line { name: "pending".into(), source: words::position(at), tone: Tone::Quiet, ..Line::default() }
}

pub(super) fn blocks(row: &Blocks, style: &Style, numbered: bool) -> Line {
    let glyphs = style.glyphs();
    let (sign, place) = match row.sign {
        Sign::Alloc if row.temporary == row.count => {
            (glyphs.both, format!("temporary, {}", freed(row, style)))
        }
        Sign::Alloc if row.temporary > 0 => {
            (glyphs.plus, format!("allocated, {} freed at once", number::count(row.temporary)))
        }
        Sign::Alloc => (glyphs.plus, "allocated".to_owned()),
        Sign::Free => (glyphs.minus, freed(row, style)),
    };
    Line {
        name: format!("{sign} {}", block_names(row, numbered)),
        size: number::bytes(row.bytes),
        place,
        source: words::position(row.at),
        ..Line::default()
    }
}

fn block_names(row: &Blocks, numbered: bool) -> String {
    let all = row.numbers.len() as u64 == row.count;
    if numbered && all {
        let numbers: Vec<_> = row.numbers.iter().map(|number| format!("#{number}")).collect();
        return format!("heap {}", numbers.join(", "));
    }
    match row.count {
        1 => "heap block".to_owned(),
        count => number::counted(count, "heap block"),
    }
}

fn freed(row: &Blocks, style: &Style) -> String {
    let mut text = "freed".to_owned();
    if let Some(lived) = row.lived_ns.filter(|_| !style.stable) {
        let most = if row.count > 1 { "up to " } else { "" };
        let _ = write!(text, " after {most}{}", number::time(lived, style.ascii));
    }
    if let Some(thread) = row.alloc_thread {
        let _ = write!(text, ", from thread {thread}");
    }
    text
}

pub(super) fn resize(row: &Resize, style: &Style, numbered: bool) -> Line {
    let arrow = style.glyphs().arrow;
    let (first, most, last) = (row.first_bytes, row.most_bytes, row.last_bytes);
    let (verb, most) = match (first.cmp(&last), most == first || most == last) {
        (std::cmp::Ordering::Less, true) => ("grew", None),
        (std::cmp::Ordering::Greater, true) => ("shrank", None),
        (_, true) => ("resized", None),
        (_, false) => ("resized", Some(most)),
    };
    let often = if row.count == 1 { String::new() } else { format!(" {} times", number::count(row.count)) };
    let through = most.map_or_else(String::new, |most| format!(" {arrow} {}", number::size(most)));
    let block = if numbered { format!("heap #{}", row.block) } else { "heap block".to_owned() };
    Line {
        name: format!("~ {block}"),
        size: number::size(last),
        place: format!("{verb}{often}, {}{through} {arrow} {}", span(first, last), number::size(last)),
        source: words::position(row.at),
        ..Line::default()
    }
}

/// The first of two sizes, without its unit if both have the same.
fn span(first: usize, last: usize) -> String {
    let (first, last) = (number::size(first), number::size(last));
    match (first.split_once(' '), last.split_once(' ')) {
        (Some((figures, unit)), Some((_, same))) if unit == same => figures.to_owned(),
        _ => first,
    }
}
