//! Compares what a program says of its drops with what the trace says.

use std::collections::HashMap;

use serde_json::Value;

use super::{OPERANDS, TEMPORARIES};

/// One run of one function, as the program tells it.
#[derive(Clone, Debug)]
pub struct Section {
    /// The function.
    pub name: String,
    /// The lines of its drops: holder and activation.
    pub lines: Vec<(String, String)>,
}

/// The same run, as the trace tells it.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// The function, with its path.
    pub function: String,
    /// The drops.
    pub drops: Vec<Drop>,
    /// Of each block of a noisy value that was freed, what was dropped then.
    pub frees: Vec<Option<String>>,
}

/// A drop in the trace.
#[derive(Clone, Debug)]
pub struct Drop {
    /// The local, or the temporary's expression.
    pub local: String,
    /// Whether the trace is sure.
    pub certain: bool,
    /// Whether it is a temporary.
    pub temporary: bool,
    /// Whether a part of it was moved out before.
    pub partial: bool,
}

/// What a comparison found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Drops in the log, and in the trace.
    pub logged: usize,
    /// Drops of locals in the trace.
    pub traced: usize,
    /// Drops of temporaries in the trace.
    pub temporaries: usize,
    /// Another local than the one that is dropped.
    pub wrong: usize,
    /// Drops that the trace does not have.
    pub missing: usize,
    /// Drops that did not happen.
    pub extra: usize,
    /// Drops that the trace is not sure of.
    pub uncertain: usize,
    /// Blocks that were freed, and of those the ones that the trace gives to another local.
    pub freed: usize,
    /// Frees that do not agree with the log.
    pub wrong_frees: usize,
}

impl Count {
    /// Whether the log and the trace agree.
    #[must_use]
    pub fn agrees(&self) -> bool {
        (self.wrong, self.missing, self.extra, self.wrong_frees) == (0, 0, 0, 0)
    }
}

impl std::ops::AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.logged += other.logged;
        self.traced += other.traced;
        self.temporaries += other.temporaries;
        self.wrong += other.wrong;
        self.missing += other.missing;
        self.extra += other.extra;
        self.uncertain += other.uncertain;
        self.freed += other.freed;
        self.wrong_frees += other.wrong_frees;
    }
}

/// The runs that a program tells of.
#[must_use]
pub fn sections(stdout: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for line in stdout.lines() {
        if let Some(name) = line.strip_prefix("# ") {
            sections.push(Section { name: name.to_owned(), lines: Vec::new() });
        } else if let (Some(drop), Some(section)) = (line.strip_prefix("drop "), sections.last_mut()) {
            let (holder, activation) = drop.split_once(" #").unwrap_or((drop, ""));
            section.lines.push((holder.to_owned(), activation.to_owned()));
        }
    }
    sections
}

/// The runs that a trace tells of: one for each outermost frame.
#[must_use]
pub fn told(lines: &[Value]) -> Vec<Told> {
    let mut told: Vec<Told> = Vec::new();
    let mut roots: HashMap<u64, usize> = HashMap::new();
    for line in lines {
        let Some(frame) = line["frame"].as_u64() else { continue };
        if line["ev"] == "enter" {
            let root = line["parent"].as_u64().and_then(|parent| roots.get(&parent).copied());
            let root = root.unwrap_or_else(|| {
                let function = line["fn"].as_str().unwrap_or_default().to_owned();
                told.push(Told { function, ..Told::default() });
                told.len() - 1
            });
            roots.insert(frame, root);
            continue;
        }
        let Some(run) = roots.get(&frame).and_then(|root| told.get_mut(*root)) else { continue };
        if line["ev"] == "drop" {
            run.drops.push(Drop {
                local: line["local"].as_str().unwrap_or_default().to_owned(),
                certain: line["certain"] == true,
                temporary: line["temporary"] == true || line["place"] == true,
                partial: line["partial"] == true,
            });
        } else if line["ev"] == "free" && line["bytes"] == 1 {
            run.frees.push(line["dropping"]["local"].as_str().map(str::to_owned));
        }
    }
    told
}

/// What kind of place holds a value under this name.
fn is_numbered(holder: &str, letter: char) -> bool {
    holder.strip_prefix(letter).is_some_and(|rest| {
        let number = rest.strip_suffix("_q").unwrap_or(rest);
        !number.is_empty() && number.chars().all(|c| c.is_ascii_digit())
    })
}

fn is_local(holder: &str) -> bool {
    holder != "_tmp" && !is_numbered(holder, 't') && !is_numbered(holder, 'o')
}

fn counts(holder: &str) -> bool {
    holder != "_tmp" && (TEMPORARIES || is_local(holder))
}

/// Whether the trace may have no drop for what the log tells: an operand's, unless it is part of a temporary.
fn is_optional(holder: &str) -> bool {
    !OPERANDS && is_numbered(holder, 'o')
}

/// The drops of a run: what one local holds goes in one drop.
#[must_use]
pub fn drops(section: &Section) -> Vec<&str> {
    let mut lines: Vec<_> = section.lines.iter().filter(|(holder, _)| counts(holder)).collect();
    lines.dedup();
    lines.into_iter().map(|(holder, _)| holder.as_str()).collect()
}

/// Compares one run.
#[must_use]
pub fn compare(section: &Section, told: &Told) -> Count {
    let logged = drops(section);
    let seen: Vec<&Drop> = told.drops.iter().filter(|drop| TEMPORARIES || !drop.temporary).collect();
    let mut count = aligned(&logged, &seen);
    count.logged = logged.len();
    count.traced = seen.iter().filter(|drop| !drop.temporary).count();
    count.temporaries = told.drops.iter().filter(|drop| drop.temporary).count();
    count.uncertain = seen.iter().filter(|drop| !drop.certain).count();
    count.freed = told.frees.len();
    count.wrong_frees = section.lines.len().abs_diff(told.frees.len());
    for ((holder, _), dropping) in section.lines.iter().zip(&told.frees) {
        let agrees = !is_local(holder) || dropping.as_deref().is_some_and(|text| names(text, holder));
        count.wrong_frees += usize::from(!agrees);
    }
    count
}

/// Whether a drop in the trace is the one that the log tells.
fn fits(holder: &str, drop: &Drop) -> bool {
    if !drop.temporary {
        return drop.local == holder;
    }
    names(&drop.local, holder)
}

/// Whether the text of an expression names the holder.
fn names(text: &str, holder: &str) -> bool {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|word| word == holder)
}

/// Whether a drop in the trace may be without one in the log.
fn is_free(drop: &Drop) -> bool {
    let quiet = if drop.temporary { drop.local.contains("_q") } else { drop.local.ends_with("_q") };
    // The iterator of a loop that came to its end holds nothing any more, an empty value never did, and of a box
    // only the box may be left.
    let empty = ["None::<", "maybe(", "Vec::<"].iter().any(|text| drop.local.contains(text));
    let hollow = drop.partial && drop.local.starts_with("Box::new(");
    let silent = drop.local.starts_with("into_iter(") || drop.local == "_" || empty || hollow;
    quiet || !drop.certain || (drop.temporary && silent)
}

/// The cheapest way to make the log of the trace, by its wrong, missing and extra drops.
fn aligned(logged: &[&str], seen: &[&Drop]) -> Count {
    let width = seen.len() + 1;
    let mut table = vec![(0_usize, Count::default()); (logged.len() + 1) * width];
    for row in 0..=logged.len() {
        for column in 0..=seen.len() {
            if (row, column) == (0, 0) {
                continue;
            }
            let mut best: Option<(usize, Count)> = None;
            let mut offer = |(cost, count): (usize, Count), more: usize, change: fn(&mut Count)| {
                let mut count = count;
                change(&mut count);
                if best.is_none_or(|(least, _)| cost + more < least) {
                    best = Some((cost + more, count));
                }
            };
            if row > 0 && column > 0 {
                let before = table[(row - 1) * width + column - 1];
                if fits(logged[row - 1], seen[column - 1]) {
                    offer(before, 0, |_| {});
                } else {
                    offer(before, 3, |count| count.wrong += 1);
                }
            }
            if row > 0 {
                let before = table[(row - 1) * width + column];
                if is_optional(logged[row - 1]) {
                    offer(before, 0, |_| {});
                } else {
                    offer(before, 2, |count| count.missing += 1);
                }
            }
            if column > 0 {
                let before = table[row * width + column - 1];
                if is_free(seen[column - 1]) {
                    offer(before, 0, |_| {});
                } else {
                    offer(before, 2, |count| count.extra += 1);
                }
            }
            table[row * width + column] = best.expect("one of the three is there");
        }
    }
    table[table.len() - 1].1
}
