//! Rows of text in columns: words to the left, numbers to the right.

use std::io::{self, Write};

use trace_memory::print::Style;
use unicode_width::UnicodeWidthStr;

/// The last column is not cut to fewer columns than this.
const LAST: usize = 20;
/// Between two columns.
const GAP: usize = 2;

/// On which side the text of a column stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Left,
    Right,
}

/// A table with a heading for each column. All text is escaped already.
#[derive(Debug)]
pub(crate) struct Table {
    columns: Vec<(&'static str, Side)>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(columns: &[(&'static str, Side)]) -> Self {
        Self { columns: columns.to_vec(), rows: Vec::new() }
    }

    /// Adds a row, which has a cell for each column.
    pub(crate) fn push(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// Adds a row, if there is one.
    pub(crate) fn extend<const N: usize>(&mut self, cells: Option<[String; N]>) {
        self.rows.extend(cells.map(Vec::from));
    }

    /// Writes the rows; columns with nothing in them are left out.
    pub(crate) fn write(&self, style: &Style, out: &mut dyn Write) -> io::Result<()> {
        let widths = self.widths(style);
        let heading = self.columns.iter().map(|(name, _)| *name);
        self.write_row(heading, &widths, style, ("\u{1b}[1m", out))?;
        for row in &self.rows {
            self.write_row(row.iter().map(String::as_str), &widths, style, ("", out))?;
        }
        Ok(())
    }

    /// The widths of the columns; `None` for an empty one. Only the last one is cut where the terminal ends.
    fn widths(&self, style: &Style) -> Vec<Option<usize>> {
        let cells = |index: usize| self.rows.iter().filter_map(move |row| row.get(index));
        let mut widths: Vec<_> = (0..self.columns.len())
            .map(|index| {
                let most = cells(index).map(|cell| cell.width()).max().unwrap_or(0);
                (most > 0).then(|| most.max(self.columns[index].0.width()))
            })
            .collect();
        let used: usize = widths.iter().flatten().map(|width| width + GAP).sum();
        let room = if style.width == 0 { usize::MAX } else { style.width };
        if let Some(Some(last)) = widths.last_mut() {
            let over = used.saturating_sub(GAP).saturating_sub(room);
            *last = last.saturating_sub(over).max(LAST.min(*last));
        }
        widths
    }

    fn write_row<'a>(
        &self,
        cells: impl Iterator<Item = &'a str>,
        widths: &[Option<usize>],
        style: &Style,
        (weight, out): (&str, &mut dyn Write),
    ) -> io::Result<()> {
        let mut line = String::new();
        for ((cell, width), (_, side)) in cells.zip(widths).zip(&self.columns) {
            let Some(width) = *width else { continue };
            let cell = cut(cell, width, style);
            let pad = " ".repeat(width.saturating_sub(cell.width()));
            let gap = if line.is_empty() { "" } else { "  " };
            line.push_str(gap);
            match side {
                Side::Left => line.push_str(&(cell + &pad)),
                Side::Right => line.push_str(&(pad + &cell)),
            }
        }
        let line = line.trim_end();
        if style.color && !weight.is_empty() {
            writeln!(out, "{weight}{line}\u{1b}[0m")
        } else {
            writeln!(out, "{line}")
        }
    }
}

/// The text, cut in front to so many columns: the end of a path says more than its start.
fn cut(text: &str, most: usize, style: &Style) -> String {
    if text.width() <= most {
        return text.to_owned();
    }
    let dots = if style.ascii { "..." } else { "…" };
    let room = most.saturating_sub(dots.width());
    let mut start = text.len();
    for (index, _) in text.char_indices().rev() {
        if text[index..].width() > room {
            break;
        }
        start = index;
    }
    format!("{dots}{}", &text[start..])
}

/// A line that stands above a table.
pub(crate) fn title(text: &str, style: &Style, out: &mut impl Write) -> io::Result<()> {
    if style.color { writeln!(out, "\u{1b}[1m{text}\u{1b}[0m") } else { writeln!(out, "{text}") }
}

/// A line of the source; the file's own name only.
pub(crate) fn line(file: &str, line: u32) -> String {
    format!("{}:{line}", place(Some(file), None))
}

/// A place in the source, as in messages of the compiler; the file's own name only.
pub(crate) fn place(file: Option<&str>, at: Option<trace_memory::site::Position>) -> String {
    let file = file.map(|file| trace_memory::print::escape(file.rsplit(['/', '\\']).next().unwrap_or(file)));
    match (file, at) {
        (Some(file), Some(at)) => format!("{file}:{}:{}", at.line, at.column),
        (Some(file), None) => file,
        _ => String::new(),
    }
}

/// A type's name without the modules its parts live in, safe to show.
pub(crate) fn short_type(name: &str) -> String {
    let mut short = String::with_capacity(name.len());
    let mut rest = name;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        if let Some(inner) = after.strip_prefix("::").filter(|_| end > 0) {
            rest = inner;
            continue;
        }
        let step = after.chars().next().map_or(0, char::len_utf8);
        short.push_str(word);
        short.push_str(&after[..step]);
        rest = &after[step..];
    }
    trace_memory::print::escape(&short)
}
