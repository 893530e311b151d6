//! What went over a budget, with the names of what was noted.

use std::panic::Location;

use crate::capture::scope::{At, Counts, Found, Owner, Site};
use crate::capture::violations::Link;
use crate::print::budget::{self, Events, Overrun, Place, count, counted, size, times};
use crate::print::escape;
use crate::watch;

use super::Limit;

const WHOSE: &str =
    "counted: this thread's own work, and that of threads it was told about with `Measurement::include`";

/// What a budget is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    Allocs,
    Bytes,
    Peak,
    Leaks,
    /// Any use of the heap.
    Heap,
}

impl Question {
    /// The number in question.
    pub(crate) fn number(self, found: &Found) -> u64 {
        let Counts { allocs, reallocs, bytes, frees, left, .. } = found.tally.counts;
        match self {
            Self::Allocs => allocs + reallocs,
            Self::Bytes => bytes,
            Self::Peak => found.tally.peak,
            Self::Leaks => left,
            Self::Heap => allocs + reallocs + frees,
        }
    }

    fn deed(self, found: &Found) -> String {
        let number = self.number(found);
        let Counts { reallocs, left_bytes, .. } = found.tally.counts;
        match self {
            Self::Allocs if reallocs > 0 => {
                format!("allocated {} ({})", times(number), counted(reallocs, "reallocation"))
            }
            Self::Allocs => format!("allocated {}", times(number)),
            Self::Bytes => format!("allocated {}", size(number)),
            Self::Peak => format!("had {} alive at once", size(number)),
            Self::Leaks => format!("left {}, {}", counted(number, "block"), size(left_bytes)),
            Self::Heap => format!("used the heap {}", times(number)),
        }
    }

    fn limit(self, limit: Limit) -> String {
        match self {
            Self::Bytes | Self::Peak => limit.words(size),
            Self::Allocs | Self::Leaks | Self::Heap => limit.words(count),
        }
    }

    /// What happened at a place, if that matters.
    fn label(self, site: &Site) -> Option<String> {
        let Counts { allocs, reallocs, bytes, frees, freed_bytes, left, left_bytes } = site.counts;
        let owner = site.owner.and_then(|owner| named(owner, site.has_other_owners));
        match self {
            Self::Leaks => (left > 0).then(|| budget::left(left, left_bytes, owner.as_ref())),
            Self::Heap => {
                let events = Events { allocs, reallocs, bytes, frees, freed_bytes, resized: site.resized };
                Some(budget::label(&events, owner.as_ref()))
            }
            Self::Allocs | Self::Bytes | Self::Peak => {
                let resized = site.resized;
                let events = Events { allocs, reallocs, bytes, resized, ..Events::default() };
                (allocs + reallocs > 0).then(|| budget::label(&events, owner.as_ref()))
            }
        }
    }

    /// How much of it happened outside of what is shown.
    fn elsewhere(self, counts: &Counts) -> Option<String> {
        let Counts { allocs, reallocs, bytes, frees, left, left_bytes, .. } = *counts;
        let (number, bytes) = match self {
            Self::Leaks => (left, left_bytes),
            Self::Heap => (allocs + reallocs + frees, bytes),
            Self::Allocs | Self::Bytes | Self::Peak => (allocs + reallocs, bytes),
        };
        (number > 0).then(|| format!("{} of them, {},", count(number), size(bytes)))
    }
}

/// Whose budget it is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Subject {
    /// A function with a budget; the line of its attribute.
    Function { at: At, line: u32 },
    /// What was measured, and where that is asserted; whether its value may own blocks.
    Measured { at: &'static Location<'static>, value_owns: bool },
}

impl Subject {
    /// What is said if the budget was not kept, or nobody knows.
    pub(crate) fn message(self, found: &Found, question: Question, limit: Limit) -> String {
        let subject = self.name();
        if let Some(unknown) = what_is_unknown(found, question) {
            let headline = format!("the budget of {subject} cannot be checked: {unknown}");
            return budget::message(&Overrun { headline, notes: vec![self.place()], ..Overrun::default() });
        }
        let (deed, limit) = (question.deed(found), question.limit(limit));
        let headline = match question {
            Question::Heap => format!("{subject} {deed}, and should stay on the stack"),
            _ => format!("{subject} {deed}, its budget is {limit}"),
        };
        let sites = found.tally.sites.iter();
        let places = sites.filter_map(|site| Some(place(site, question.label(site)?))).collect();
        let notes = self.notes(found, question);
        budget::message(&Overrun { headline, places, notes, helps: self.helps(found, question) })
    }

    fn name(self) -> String {
        match self {
            Self::Function { at, .. } => format!("`{}`", escape(&frame(&at).function)),
            Self::Measured { .. } => "the measured code".to_owned(),
        }
    }

    fn place(self) -> String {
        let (file, line) = match self {
            Self::Function { at, line } => (at.function.file, line),
            Self::Measured { at, .. } => (at.file(), at.line()),
        };
        format!("budget set at {}:{line}", escape(file))
    }

    fn helps(self, found: &Found, question: Question) -> Vec<String> {
        let mut helps = Vec::new();
        if question == Question::Leaks {
            helps.push(match self {
                Self::Measured { value_owns: false, .. } => {
                    "what is stored outside of the closure is left: `drop` it inside".to_owned()
                }
                Self::Measured { .. } => {
                    "the value of the closure is left, too: end the closure with `drop(value)`".to_owned()
                }
                Self::Function { .. } => "what the function returns, or stores elsewhere, is left".to_owned(),
            });
        } else if found.tally.counts.reallocs > 0 {
            helps.push("reserve at once what grows (`with_capacity`), or write into the caller's".to_owned());
        }
        helps
    }

    fn notes(self, found: &Found, question: Question) -> Vec<String> {
        let mut notes = Vec::new();
        if let Some(number) = question.elsewhere(&found.tally.outside) {
            let advice = "put `#[trace_memory]` on the function to see the lines";
            notes.push(format!("{number} in no traced function; {advice}"));
        }
        if let Some(number) = question.elsewhere(&found.tally.elsewhere) {
            notes.push(format!("{number} at other places, which were not noted"));
        }
        if question == Question::Peak {
            notes.push(
                "these are all that allocated; which of it was alive at the peak is not noted".to_owned(),
            );
        }
        notes.push(WHOSE.to_owned());
        notes.push(self.place());
        notes
    }
}

/// Why a number is not known.
pub(crate) fn what_is_unknown(found: &Found, question: Question) -> Option<String> {
    let Found { tally, skipped, helpers } = found;
    if *skipped > 0 {
        let events = counted(*skipped, "heap event");
        return Some(format!("{events} happened inside of the tracer's own code, as in a signal handler"));
    }
    if *helpers > 0 {
        let threads = counted((*helpers).into(), "thread");
        return Some(format!("{threads} still worked for it at its end; join them before"));
    }
    if question == Question::Leaks && tally.untracked > 0 {
        let blocks = counted(tally.untracked, "block");
        return Some(format!("too many blocks were alive at once, and {blocks} could not be followed"));
    }
    None
}

fn frame(at: &At) -> crate::print::violation::Frame {
    let At { function, path, statement } = *at;
    watch::frame(&Link { function, path, statement })
}

fn place(site: &Site, label: String) -> Place {
    let frame = frame(&site.at);
    let line = frame.at.map_or(frame.line, |at| at.line);
    let source = watch::line_of(&frame.file, line);
    Place { file: frame.file, line: frame.line, at: frame.at, source, label }
}

fn named(owner: Owner, has_others: bool) -> Option<budget::Owner> {
    let local = usize::try_from(owner.local).ok()?;
    let name = owner.function.places().locals.get(local)?.name.to_owned();
    Some(budget::Owner { name, type_name: owner.ty.name().to_owned(), has_others })
}
