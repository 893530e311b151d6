//! A line per event, as it happens.

use std::collections::{HashMap, HashSet};
use std::io::{self, Write};

use super::Style;
use super::escape::{columns, cut};
use super::layout::{Line, Tone, write_lines};
use super::rows::{pending, violation};
use super::{number, words};
use crate::event::{Enter, Event, Free, Heap, How, Kind, Realloc, Scan};
use crate::site::BodyKind;

/// Columns of the indented name, so that the sizes of most lines stand below each other.
const NAME: usize = 36;
/// Columns of the size.
const SIZE: usize = 9;
/// Columns of the place, where a source follows.
const PLACE: usize = 28;
/// Frames deeper than this are not indented further.
const DEEPEST: usize = 16;

/// Writes each event as one line, indented by the depth of its frame.
///
/// ```
/// use trace_memory::event::{Event, Heap, Kind};
/// use trace_memory::print::{Live, Style};
///
/// let mut live = Live::new(Style { color: false, stable: true, ascii: true, width: 0 });
/// let heap = Heap { block: 1, bytes: 5, align: 1, addr: 0x1000, at: None };
/// let event = Event { seq: 1, at_ns: 10, thread: 1, frame: None, kind: Kind::Alloc(heap) };
/// let mut text = Vec::new();
/// live.write(&event, &mut text)?;
/// assert!(text.starts_with(b"+ heap #1"));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Live {
    style: Style,
    /// Depth of each thread's innermost traced frame.
    depths: HashMap<u32, usize>,
    first_thread: Option<u32>,
    /// The frames that are of futures.
    futures: HashSet<u64>,
    /// Whether a second thread was seen.
    threads: bool,
}

impl Live {
    /// A writer at the start of a trace.
    ///
    /// ```
    /// use trace_memory::print::{Live, Style};
    ///
    /// let live = Live::new(Style { color: true, stable: false, ascii: false, width: 100 });
    /// # drop(live);
    /// ```
    #[must_use]
    pub fn new(style: Style) -> Self {
        Self { style, depths: HashMap::new(), first_thread: None, futures: HashSet::new(), threads: false }
    }

    /// Writes the next event.
    ///
    /// ```
    /// use trace_memory::event::{Event, How, Kind};
    /// use trace_memory::print::{Live, Style};
    ///
    /// let mut live = Live::new(Style { color: false, stable: true, ascii: true, width: 0 });
    /// let event = Event { seq: 2, at_ns: 20, thread: 1, frame: Some(1), kind: Kind::Exit(How::Return) };
    /// let mut text = Vec::new();
    /// live.write(&event, &mut text)?;
    /// assert!(text.starts_with(b"return"));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write(&mut self, event: &Event, out: &mut impl Write) -> io::Result<()> {
        let first = *self.first_thread.get_or_insert(event.thread);
        self.threads |= first != event.thread;
        let depth = self.depths.entry(event.thread).or_default();
        if matches!(event.kind, Kind::Exit(_) | Kind::Suspend(_)) {
            *depth = depth.saturating_sub(1);
        }
        let mut line = line(&event.kind, &self.style);
        let indent = 2 * (*depth).min(DEEPEST);
        if matches!(event.kind, Kind::Enter(_) | Kind::Resume(_)) {
            *depth += 1;
        }
        match &event.kind {
            Kind::Enter(row) if row.kind.is_future() => self.futures.extend(event.frame),
            Kind::Exit(how) if event.frame.is_some_and(|frame| self.futures.remove(&frame)) => {
                line.place = words::freed(BodyKind::AsyncFn, *how).into();
            }
            _ => {}
        }
        line.branch = self.margin(event) + &" ".repeat(indent);
        align(&mut line, indent, self.style.glyphs().dots);
        write_lines(vec![line], &Style { width: 0, ..self.style }, out)
    }

    fn margin(&self, event: &Event) -> String {
        let time = if self.style.stable {
            String::new()
        } else {
            format!("{:>9}  ", number::time(event.at_ns, self.style.ascii))
        };
        let thread = if self.threads { format!("t{:<3} ", event.thread) } else { String::new() };
        time + &thread
    }
}

fn align(line: &mut Line, indent: usize, dots: &str) {
    let pad = |text: &str, width: usize| " ".repeat(width.saturating_sub(columns(text)));
    let room = NAME.saturating_sub(indent);
    let name = cut(&line.name, room.max(NAME / 2), dots);
    line.name = format!("{name}{}", pad(&name, room));
    line.size = format!("{}{}", pad(&line.size, SIZE), line.size);
    if !line.source.is_empty() {
        line.place = format!("{}{}", line.place, pad(&line.place, PLACE));
    }
}

fn line(kind: &Kind, style: &Style) -> Line {
    match kind {
        Kind::Enter(row) => enter(row, style),
        Kind::Exit(row) => exit(*row),
        Kind::Bind(row) => Line {
            name: words::local(row, style),
            size: number::size(row.bytes),
            place: words::place(row, style, true),
            source: words::line(row.line),
            ..Line::default()
        },
        Kind::Scan(row) => scan(row, style),
        Kind::Move(row) => words::depart(row),
        Kind::Drop(row) => words::drop(row),
        Kind::Alloc(row) => heap(row, style.glyphs().plus, "allocated".into()),
        Kind::Realloc(row) => realloc(row),
        Kind::Free(row) => free(row, style),
        Kind::Suspend(at) => pending(*at),
        Kind::Violation(row) => violation(row, true),
        Kind::Resume(row) => Line {
            name: words::function(&row.function),
            place: "goes on".into(),
            tone: Tone::Call,
            ..Line::default()
        },
    }
}

fn enter(row: &Enter, style: &Style) -> Line {
    let bytes = row.stack_bytes.filter(|_| !style.stable);
    Line {
        name: words::function(&row.function),
        size: bytes.map_or_else(String::new, number::size),
        place: words::frame(row.kind).into(),
        source: words::file_line(&row.file, row.line),
        tone: Tone::Call,
        ..Line::default()
    }
}

fn exit(how: How) -> Line {
    Line {
        name: words::how(how).into(),
        place: words::freed(BodyKind::Function, how).into(),
        tone: Tone::Quiet,
        ..Line::default()
    }
}

fn scan(row: &Scan, style: &Style) -> Line {
    let name = super::escape(&row.local.name);
    Line {
        name,
        place: words::points("stack", &row.points_to, style, true),
        tone: Tone::Quiet,
        ..Line::default()
    }
}

fn heap(row: &Heap, sign: &str, place: String) -> Line {
    Line {
        name: format!("{sign} heap #{}", row.block),
        size: number::size(row.bytes),
        place,
        source: words::position(row.at),
        ..Line::default()
    }
}

fn realloc(row: &Realloc) -> Line {
    let verb = if row.heap.bytes < row.old_bytes { "shrank" } else { "grew" };
    heap(&row.heap, "~", format!("{verb} from {}, {}", number::size(row.old_bytes), moved(row)))
}

fn moved(row: &Realloc) -> &'static str {
    if row.old_addr == row.heap.addr { "in place" } else { "to a new place" }
}

fn free(row: &Free, style: &Style) -> Line {
    let mut place = "freed".to_owned();
    if let Some(lived) = row.lived_ns.filter(|_| !style.stable) {
        place = format!("{place} after {}", number::time(lived, style.ascii));
    }
    if let Some(local) = &row.dropping {
        place = format!("{place} by the drop of {}", super::escape(&local.name));
    }
    if let Some(thread) = row.alloc_thread {
        place = format!("{place}, from thread {thread}");
    }
    heap(&row.heap, style.glyphs().minus, place)
}
