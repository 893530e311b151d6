//! Lines in columns: a tree on the left, a size, a place, and the source at the right edge.

use std::io::{self, Write};

use super::Style;
use super::escape::{columns, cut};

/// A line before it has its place in the columns. All text is escaped already.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// The branches of the tree.
    pub(super) branch: String,
    pub(super) name: String,
    pub(super) size: String,
    pub(super) place: String,
    pub(super) source: String,
    pub(super) tone: Tone,
}

/// How much a line asks to be seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Tone {
    /// Headings.
    Title,
    /// Traced calls.
    Call,
    #[default]
    Plain,
    /// What only closes or counts.
    Quiet,
    /// Something the trace is not certain of.
    Doubt,
    /// Something is wrong.
    Wrong,
}

/// The characters a style draws with.
#[derive(Debug)]
pub(super) struct Glyphs {
    pub(super) tee: &'static str,
    pub(super) corner: &'static str,
    pub(super) bar: &'static str,
    pub(super) arrow: &'static str,
    pub(super) plus: &'static str,
    pub(super) minus: &'static str,
    pub(super) both: &'static str,
    pub(super) dots: &'static str,
    pub(super) times: &'static str,
}

const UNICODE: Glyphs = Glyphs {
    tee: "├─ ",
    corner: "╰─ ",
    bar: "│  ",
    arrow: "→",
    plus: "+",
    minus: "−",
    both: "±",
    dots: "…",
    times: "×",
};

const ASCII: Glyphs = Glyphs {
    tee: "|- ",
    corner: "`- ",
    bar: "|  ",
    arrow: "->",
    plus: "+",
    minus: "-",
    both: "+-",
    dots: "...",
    times: "x",
};

/// Below a row that is its parent's last one.
pub(super) const BLANK: &str = "   ";

/// The names column is never cut shorter than this.
const MIN_NAME: usize = 28;
/// Terminals narrower than this get no source column.
const MIN_WIDTH: usize = 72;

impl Style {
    pub(super) fn glyphs(&self) -> &'static Glyphs {
        if self.ascii { &ASCII } else { &UNICODE }
    }

    /// The text in a colour or weight, if colours are on.
    fn paint(&self, code: &str, text: &str) -> String {
        let plain = !self.color || code.is_empty() || text.is_empty();
        if plain { text.to_owned() } else { format!("\u{1b}[{code}m{text}\u{1b}[0m") }
    }
}

impl Tone {
    fn name(self) -> &'static str {
        match self {
            Self::Title | Self::Call => "1",
            Self::Plain => "",
            Self::Quiet => "2",
            Self::Doubt => "33",
            Self::Wrong => "31",
        }
    }

    fn rest(self) -> &'static str {
        match self {
            Self::Title | Self::Quiet => "2",
            Self::Plain | Self::Call => "",
            Self::Doubt => "33",
            Self::Wrong => "31",
        }
    }
}

impl Line {
    fn head(&self) -> usize {
        columns(&self.branch) + columns(&self.name)
    }

    /// What the line asks of the names column: rows very deep in the tree stand outside of it.
    fn column(&self) -> usize {
        let deep = columns(&self.branch) > MIN_NAME;
        if deep { 0 } else { self.head() }
    }

    fn tail(&self) -> usize {
        let gap = |text: &str| {
            if text.is_empty() { 0 } else { 2 + columns(text) }
        };
        gap(&self.place) + gap(&self.source)
    }
}

/// The widths of the columns.
#[derive(Debug)]
struct Columns {
    name: usize,
    size: usize,
    /// Where the source column ends.
    edge: usize,
    limit: usize,
}

impl Columns {
    fn fit(lines: &[Line], style: &Style) -> Self {
        let limit = if style.width == 0 { usize::MAX } else { style.width };
        let size = lines.iter().map(|line| columns(&line.size)).max().unwrap_or(0);
        let size = if size == 0 { 0 } else { size + 2 };
        let tail = lines.iter().map(Line::tail).max().unwrap_or(0);
        let most = limit.saturating_sub(size + tail).max(MIN_NAME);
        let name = lines.iter().map(Line::column).map(|head| head.min(most)).max().unwrap_or(0);
        let wanted = lines.iter().map(|line| name + size + line.tail()).max().unwrap_or(0);
        Self { name, size, edge: wanted.min(limit), limit }
    }
}

/// Writes lines below each other.
pub(super) fn write_lines(mut lines: Vec<Line>, style: &Style, out: &mut impl Write) -> io::Result<()> {
    let narrow = style.width != 0 && style.width < MIN_WIDTH;
    for line in lines.iter_mut().filter(|_| narrow) {
        line.source.clear();
    }
    let mut widths = Columns::fit(&lines, style);
    for title in lines.iter_mut().filter(|line| line.tone == Tone::Title && line.head() > widths.name) {
        *title = Line { name: std::mem::take(&mut title.name), tone: Tone::Title, ..Line::default() };
        widths.edge = widths.edge.max(MIN_NAME);
    }
    lines.iter().try_for_each(|line| write_line(line, &widths, style, out))
}

fn write_line(line: &Line, widths: &Columns, style: &Style, out: &mut impl Write) -> io::Result<()> {
    let dots = style.glyphs().dots;
    let branch = columns(&line.branch);
    let room = match line.tone {
        Tone::Title => widths.limit,
        _ if branch > MIN_NAME => MIN_NAME,
        _ => widths.name.saturating_sub(branch).max(MIN_NAME / 2),
    };
    let name = cut(&line.name, room, dots);
    let mut at = branch + columns(&name);
    write!(out, "{}{}", style.paint("2", &line.branch), style.paint(line.tone.name(), &name))?;
    let mut cell = |start: usize, code: &str, text: &str, out: &mut dyn Write| {
        let gap = start.saturating_sub(at).max(2);
        at += gap + columns(text);
        write!(out, "{:gap$}{}", "", style.paint(code, text))
    };
    let size_end = widths.name + widths.size;
    if !line.size.is_empty() {
        cell(size_end - columns(&line.size), line.tone.rest(), &line.size, out)?;
    }
    if !line.place.is_empty() {
        let place = cut(&line.place, widths.limit.saturating_sub(size_end + 2).max(MIN_NAME / 2), dots);
        cell(size_end + 2, line.tone.rest(), &place, out)?;
    }
    let fits = widths.edge >= size_end + line.tail();
    if let Some(source) = Some(&line.source).filter(|source| fits && !source.is_empty()) {
        cell(widths.edge - columns(source), "2", source, out)?;
    }
    writeln!(out)
}
