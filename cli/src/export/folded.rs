//! Folded stacks: one line for each call path, its functions and a number.

use std::io::Write;

use super::Done;
use super::sites::{Detail, Site, Sites};
use crate::error::Error;
use crate::input::Trace;
use crate::output::warn;
use clap::ValueEnum;

/// What the number of a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Cost {
    /// How many blocks were allocated
    Allocations,
    /// How many bytes were asked for, growth included
    Bytes,
    /// How many blocks were freed by their own thread before it allocated another one
    Temporary,
    /// How many bytes were never freed
    Leaked,
    /// How many bytes were alive when the program had the most
    Peak,
}

impl Cost {
    fn of(self, site: &Site) -> u64 {
        match self {
            Self::Allocations => site.allocated.blocks,
            Self::Bytes => site.allocated.bytes,
            Self::Temporary => site.temporary,
            Self::Leaked => site.live.bytes,
            Self::Peak => site.at_peak.bytes,
        }
    }
}

/// Writes the lines in alphabetical order; those with a zero are left out, since readers take them for noise.
pub(super) fn write(trace: Trace, cost: Cost, out: &mut dyn Write) -> Result<Done, Error> {
    let mut sites = Sites::new(Detail::Statement);
    let done = super::stream(trace, &mut |event| {
        sites.add(event);
        Ok(())
    })?;
    sites.finish();
    let mut lines: Vec<_> = sites.all.iter().map(|site| (line(&sites, site), cost.of(site))).collect();
    lines.retain(|&(_, count)| count > 0);
    lines.sort_unstable();
    // What differs in a character that the format has no room for becomes one line.
    lines.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        kept.1 += if same { next.1 } else { 0 };
        same
    });
    for (stack, count) in &lines {
        writeln!(out, "{stack} {count}")?;
    }
    if lines.is_empty() {
        warn("nothing has this cost in the trace: the file is empty");
    }
    Ok(done)
}

/// Outermost function first, the statement and the owner last.
fn line(sites: &Sites, site: &Site) -> String {
    let functions: Vec<_> =
        sites.paths.functions(site.key.path).map(|number| sites.paths.function(number)).collect();
    let mut frames: Vec<String> = functions.iter().rev().map(|function| clean(&function.name)).collect();
    if let Some(((line, column), function)) = site.key.at.zip(functions.first()) {
        frames.push(clean(&format!("{}:{line}:{column}", function.file)));
    }
    frames.extend(site.owned_by().map(|owner| clean(&format!("let {owner}"))));
    frames.join(";")
}

/// Without what ends a frame or a line; `#` at the start would make it a comment.
fn clean(text: &str) -> String {
    let mut clean: String = text
        .chars()
        .map(|c| match c {
            ';' => ',',
            c if c.is_control() || c == '\u{2028}' || c == '\u{2029}' => ' ',
            c => c,
        })
        .collect();
    if clean.starts_with('#') {
        clean.insert(0, '\'');
    }
    let trimmed = clean.trim();
    if trimmed.is_empty() { "(no name)".to_owned() } else { trimmed.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn a_name_stays_one_frame() {
        assert_eq!(clean("<[u8; 4] as T>::f"), "<[u8, 4] as T>::f");
        assert_eq!(clean("a\nb\r\n 5"), "a b   5");
        assert_eq!(clean("# π"), "'# π");
        assert_eq!(clean(" \t"), "(no name)");
    }
}
