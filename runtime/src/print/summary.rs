//! Totals of a trace, and what it leaked.

use std::io::{self, Write};

use super::Style;
use super::escape::escape;
use super::layout::{BLANK, Line, Tone, write_lines};
use super::{number, words};
use crate::report::{Leak, Losses, Model, Totals};

/// Leaked blocks that are listed.
const LEAKS: usize = 10;

/// A section: its heading and the rows below it.
type Section = (Line, Vec<Line>);

/// Writes what a whole trace comes to.
///
/// ```
/// use trace_memory::print::{Style, write_summary};
/// use trace_memory::report::{Losses, Model};
///
/// let style = Style { color: false, stable: true, ascii: true, width: 0 };
/// let mut text = Vec::new();
/// write_summary(&Model::new(), &Losses::default(), &[], &style, &mut text)?;
/// assert!(text.starts_with(b"memory summary"));
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// Those of `out`.
pub fn write_summary(
    model: &Model,
    losses: &Losses,
    leaks: &[Leak],
    style: &Style,
    out: &mut impl Write,
) -> io::Result<()> {
    write_totals(model.totals(), losses, leaks, style, out)
}

/// Writes what a whole trace comes to, where no [`Model`] of it was made.
///
/// ```
/// use trace_memory::print::{Style, write_totals};
/// use trace_memory::report::{Losses, Totals};
///
/// let style = Style { color: false, stable: true, ascii: true, width: 0 };
/// let totals = Totals { allocs: 2, frees: 2, allocated_bytes: 64, ..Totals::default() };
/// let mut text = Vec::new();
/// write_totals(&totals, &Losses::default(), &[], &style, &mut text)?;
/// assert!(String::from_utf8_lossy(&text).contains("2 allocations"));
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// Those of `out`.
pub fn write_totals(
    totals: &Totals,
    losses: &Losses,
    leaks: &[Leak],
    style: &Style,
    out: &mut impl Write,
) -> io::Result<()> {
    let mut sections = vec![(text("heap"), heap(totals, losses))];
    if !style.stable && totals.deepest_bytes > 0 {
        sections.push((text("stack"), stack(totals)));
    }
    if !leaks.is_empty() {
        sections.push(leaked(leaks, losses, style));
    }
    if totals.doubts > 0 {
        let place =
            format!("{} of which the trace is not certain", number::counted(totals.doubts, "move or drop"));
        let place = place.replace("move or drops", "moves or drops");
        sections.push((Line { place, tone: Tone::Doubt, ..text("doubts") }, Vec::new()));
    }
    let losses = lost(losses);
    if !losses.is_empty() {
        sections.push((Line { tone: Tone::Doubt, ..text("incomplete") }, losses));
    }
    let mut lines = vec![Line { tone: Tone::Title, ..text("memory summary") }];
    let last = sections.len() - 1;
    for (index, section) in sections.into_iter().enumerate() {
        push_section(section, index == last, style, &mut lines);
    }
    write_lines(lines, style, out)
}

fn push_section((mut heading, rows): Section, is_last: bool, style: &Style, lines: &mut Vec<Line>) {
    let glyphs = style.glyphs();
    let branch = |is_last| if is_last { glyphs.corner } else { glyphs.tee };
    let outer = if is_last { BLANK } else { glyphs.bar };
    heading.branch = branch(is_last).into();
    lines.push(heading);
    let last = rows.len().saturating_sub(1);
    for (index, mut row) in rows.into_iter().enumerate() {
        row.branch = format!("{outer}{}", branch(index == last));
        lines.push(row);
    }
}

fn text(name: &str) -> Line {
    Line { name: name.to_owned(), ..Line::default() }
}

fn amount(name: &str, bytes: Option<u64>, place: String) -> Line {
    Line { size: bytes.map_or_else(String::new, number::bytes), place, ..text(name) }
}

fn heap(totals: &Totals, losses: &Losses) -> Vec<Line> {
    if losses.heap_unseen {
        return vec![amount("unknown", None, "the allocator is not installed".into())];
    }
    vec![
        amount("allocated", Some(totals.allocated_bytes), number::counted(totals.allocs, "allocation")),
        amount("resized", None, number::counted(totals.reallocs, "reallocation")),
        amount(
            "freed",
            Some(totals.allocated_bytes.saturating_sub(totals.live_bytes)),
            number::counted(totals.frees, "free"),
        ),
        amount("peak", Some(totals.peak_bytes), "alive at once".into()),
        amount("alive at the end", Some(totals.live_bytes), number::counted(totals.live_blocks, "block")),
    ]
}

fn stack(totals: &Totals) -> Vec<Line> {
    let deepest = amount("deepest", Some(totals.deepest_bytes as u64), "below the outermost frame".into());
    let largest = totals.largest_frame.as_ref();
    let largest =
        largest.map(|(bytes, path)| amount("largest frame", Some(*bytes as u64), words::function(path)));
    Some(deepest).into_iter().chain(largest).collect()
}

fn leaked(leaks: &[Leak], losses: &Losses, style: &Style) -> Section {
    // The end of a block may be among what is missing.
    let end = if losses.lost + losses.skipped > 0 { "end not seen" } else { "never freed" };
    let sum = |leaks: &[Leak]| leaks.iter().fold(0_u64, |sum, leak| sum.saturating_add(leak.bytes as u64));
    let blocks = number::counted(leaks.len() as u64, "block");
    let heading = Line { tone: Tone::Wrong, ..amount("leaked", Some(sum(leaks)), format!("{blocks} {end}")) };
    let (listed, more) = leaks.split_at(leaks.len().min(LEAKS));
    let mut rows: Vec<_> = listed.iter().map(leak).collect();
    if !more.is_empty() {
        let name = format!("{} {} more", style.glyphs().dots, number::count(more.len() as u64));
        rows.push(Line { tone: Tone::Wrong, ..amount(&name, Some(sum(more)), String::new()) });
    }
    (heading, rows)
}

fn leak(leak: &Leak) -> Line {
    let place = match (&leak.owner, &leak.function) {
        (Some(owner), _) => {
            let moved = if owner.moved { ", moved out" } else { "" };
            format!("{} in {}{moved}", escape(&owner.local), words::function(&owner.function))
        }
        (None, Some(function)) => format!("no owner seen, in {}", words::function(function)),
        (None, None) => "outside of traced functions".to_owned(),
    };
    let source = match (&leak.file, leak.at) {
        (Some(file), Some(at)) => format!("{}:{}", words::file_line(file, at.line), at.column),
        _ => String::new(),
    };
    let name = format!("heap #{}", leak.block);
    Line { source, tone: Tone::Wrong, ..amount(&name, Some(leak.bytes as u64), place) }
}

fn lost(losses: &Losses) -> Vec<Line> {
    let reasons = [
        (losses.lost, "event", "lost: the buffer was full"),
        (losses.skipped, "heap event", "skipped: inside the tracer itself"),
        (losses.non_lifo, "frame", "ended out of order"),
    ];
    let reasons = reasons.into_iter().filter(|&(count, ..)| count > 0);
    reasons
        .map(|(count, noun, why)| Line {
            place: why.to_owned(),
            tone: Tone::Doubt,
            ..text(&number::counted(count, noun))
        })
        .collect()
}
