//! What went over a budget, in the form of a compiler's message.

use std::fmt::Write as _;

use super::violation::shown;
use super::{escape, number, words};
use crate::site::Position;

/// Places that are shown; the others are counted.
const SHOWN: usize = 8;

/// A budget that was not kept, with names.
#[derive(Clone, Debug, Default)]
pub(crate) struct Overrun {
    /// What happened, and what was allowed.
    pub(crate) headline: String,
    /// Where, in the order of first events.
    pub(crate) places: Vec<Place>,
    pub(crate) notes: Vec<String>,
    pub(crate) helps: Vec<String>,
}

/// A place of an [`Overrun`].
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) file: String,
    /// Of the function's name.
    pub(crate) line: u32,
    /// The statement.
    pub(crate) at: Option<Position>,
    /// The line, if its file can be read.
    pub(crate) source: Option<String>,
    /// What happened there.
    pub(crate) label: String,
}

/// What happened at a place, in numbers.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Events {
    pub(crate) allocs: u64,
    pub(crate) reallocs: u64,
    /// Bytes asked for.
    pub(crate) bytes: u64,
    pub(crate) frees: u64,
    pub(crate) freed_bytes: u64,
    /// Sizes of the last block that was reallocated.
    pub(crate) resized: (usize, usize),
}

/// The local that owns what was allocated at a place.
#[derive(Clone, Debug)]
pub(crate) struct Owner {
    pub(crate) name: String,
    pub(crate) type_name: String,
    /// Whether other locals own other blocks.
    pub(crate) has_others: bool,
}

impl Place {
    fn shown_line(&self) -> u32 {
        self.at.map_or(self.line, |at| at.line)
    }

    fn write(&self, margin: &str, text: &mut String) {
        let (file, line) = (escape(&self.file), self.shown_line());
        let column = self.at.map_or_else(String::new, |at| format!(":{}", at.column));
        let _ = writeln!(text, "{margin}--> {file}:{line}{column}\n{margin} |");
        match &self.source {
            Some(source) => {
                let (source, carets) = shown(source, self.at);
                let width = margin.len();
                let _ = writeln!(text, "{line:width$} | {source}\n{margin} | {carets} {}", self.label);
            }
            None => _ = writeln!(text, "{margin} | {}", self.label),
        }
    }
}

/// The message, with a line break at its end.
pub(crate) fn message(overrun: &Overrun) -> String {
    let places = overrun.places.iter().take(SHOWN);
    let widest = places.clone().map(Place::shown_line).max().unwrap_or_default();
    let margin = " ".repeat(widest.to_string().len());
    let mut text = format!("error: {}\n", overrun.headline);
    for place in places {
        place.write(&margin, &mut text);
    }
    let more = overrun.places.len().saturating_sub(SHOWN);
    if !overrun.places.is_empty() {
        let _ = writeln!(text, "{margin} |");
    }
    if more > 0 {
        let _ = writeln!(text, "{margin} = note: and {}", number::counted(more as u64, "other place"));
    }
    for help in &overrun.helps {
        let _ = writeln!(text, "{margin} = help: {help}");
    }
    for note in &overrun.notes {
        let _ = writeln!(text, "{margin} = note: {note}");
    }
    text
}

/// What happened at a place.
pub(crate) fn label(events: &Events, owner: Option<&Owner>) -> String {
    let Events { allocs, reallocs, bytes, frees, freed_bytes, resized: (old, new) } = *events;
    let mut parts = Vec::new();
    if allocs == 1 && reallocs == 0 {
        parts.push(size(bytes));
    } else if allocs > 0 {
        parts.push(format!("{}, {}", number::counted(allocs, "allocation"), size(bytes)));
    }
    if reallocs == 1 {
        let way = if new < old { "shrank" } else { "grew" };
        parts.push(format!("a block {way} from {} to {}", size(old as u64), size(new as u64)));
    } else if reallocs > 0 {
        let last = format!("the last from {} to {}", size(old as u64), size(new as u64));
        parts.push(format!("{}, {last}", number::counted(reallocs, "reallocation")));
    }
    if frees > 0 {
        parts.push(format!("{}, {}", number::counted(frees, "free"), size(freed_bytes)));
    }
    parts.push(owned(owner));
    parts.retain(|part| !part.is_empty());
    parts.join(", ")
}

/// What is left of a place.
pub(crate) fn left(blocks: u64, bytes: u64, owner: Option<&Owner>) -> String {
    let left = format!("{} left, {}", number::counted(blocks, "block"), size(bytes));
    let parts = [left, owned(owner)];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

fn owned(owner: Option<&Owner>) -> String {
    let Some(owner) = owner else { return String::new() };
    let local = format!("`{}: {}`", escape(&owner.name), words::type_name(&owner.type_name));
    if owner.has_others { format!("owners {local} and others") } else { format!("owner {local}") }
}

/// A size, exact also where it is rounded.
pub(crate) fn size(bytes: u64) -> String {
    let rounded = number::bytes(bytes);
    if bytes < 1024 { rounded } else { format!("{rounded} ({} B)", number::count(bytes)) }
}

/// `twice`, `3 times`.
pub(crate) fn times(count: u64) -> String {
    number::counted(count, "time")
}

/// `1 block`, `3 blocks`.
pub(crate) fn counted(count: u64, noun: &str) -> String {
    number::counted(count, noun)
}

/// A count alone.
pub(crate) fn count(count: u64) -> String {
    number::count(count)
}

#[cfg(test)]
mod tests {
    use super::{Events, Overrun, Owner, Place, label, left, message};
    use crate::site::Position;

    fn place(line: u32, source: Option<&str>, label: &str) -> Place {
        let at = Some(Position { line, column: 5 });
        let source = source.map(str::to_owned);
        Place { file: "src/lib.rs".into(), line: 3, at, source, label: label.into() }
    }

    #[test]
    fn a_message_has_each_place_with_its_line() {
        let overrun = Overrun {
            headline: "`hot_path` allocated 2 times, its budget is 0".into(),
            places: vec![
                place(9, Some("    let key = name.to_string();"), "17 B, owner `key: String`"),
                place(14, None, "32 B"),
            ],
            notes: vec!["budget set at src/lib.rs:7".into()],
            helps: vec!["reserve".into()],
        };
        let expected = "error: `hot_path` allocated 2 times, its budget is 0\n  \
             --> src/lib.rs:9:5\n   |\n 9 |     let key = name.to_string();\n   \
             |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^ 17 B, owner `key: String`\n  \
             --> src/lib.rs:14:5\n   |\n   | 32 B\n   |\n   \
             = help: reserve\n   = note: budget set at src/lib.rs:7\n";
        assert_eq!(message(&overrun), expected);
    }

    #[test]
    fn labels_say_what_happened_and_who_owns_it() {
        let owner = Owner { name: "out".into(), type_name: "alloc::vec::Vec<u32>".into(), has_others: false };
        let one = Events { allocs: 1, bytes: 17, ..Events::default() };
        assert_eq!(label(&one, Some(&owner)), "17 B, owner `out: Vec<u32>`");
        let grown = Events { reallocs: 1, bytes: 16, resized: (16, 32), ..Events::default() };
        assert_eq!(label(&grown, None), "a block grew from 16 B to 32 B");
        let many = Events { allocs: 3, bytes: 2048, frees: 1, freed_bytes: 8, ..Events::default() };
        assert_eq!(label(&many, None), "3 allocations, 2 KiB (2 048 B), 1 free, 8 B");
        let owner = Owner { has_others: true, ..owner };
        assert_eq!(left(2, 48, Some(&owner)), "2 blocks left, 48 B, owners `out: Vec<u32>` and others");
    }
}
