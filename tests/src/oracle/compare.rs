//! Compares what a program says of its drops with what the trace says.

use std::collections::HashMap;

use serde_json::Value;

/// Bytes of the block that a noisy value has: see `programs/oracle_support.rs`.
const BLOCK: usize = 3;

/// One run of one function, as the program tells it.
#[derive(Clone, Debug)]
pub struct Section {
    /// The function.
    pub name: String,
    /// The lines of its drops: holder and activation.
    pub lines: Vec<(String, String)>,
    /// Names of temporaries that held nothing when they were made.
    pub empty: Vec<String>,
}

/// The same run, as the trace tells it.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// The function, with its path.
    pub function: String,
    /// The drops.
    pub drops: Vec<Drop>,
    /// Of each block of a noisy value that was freed, what was dropped then: an index into the drops.
    pub frees: Vec<Option<usize>>,
}

/// A drop in the trace.
#[derive(Clone, Debug)]
pub struct Drop {
    /// The local, or the temporary's expression.
    pub local: String,
    /// The line of the source where that begins, if the expression is shortened.
    line: String,
    /// Whether the trace is sure.
    pub certain: bool,
    /// Whether it is a temporary.
    pub temporary: bool,
    /// Whether a part of it was moved out before.
    pub partial: bool,
    /// Its frame, and its slot there.
    slot: (u64, u64),
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
            sections.push(Section { name: name.to_owned(), lines: Vec::new(), empty: Vec::new() });
        } else if let (Some(name), Some(section)) = (line.strip_prefix("empty "), sections.last_mut()) {
            section.empty.push(name.to_owned());
        } else if let (Some(drop), Some(section)) = (line.strip_prefix("drop "), sections.last_mut()) {
            let (holder, activation) = drop.split_once(" #").unwrap_or((drop, ""));
            section.lines.push((holder.to_owned(), activation.to_owned()));
        }
    }
    sections
}

/// The runs that the trace of a program tells of: one for each outermost frame.
#[must_use]
pub fn told(lines: &[Value], source: &str) -> Vec<Told> {
    let source: Vec<&str> = source.lines().collect();
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
            let local = line["local"].as_str().unwrap_or_default().to_owned();
            let number = line["line"].as_u64().and_then(|number| usize::try_from(number).ok()).unwrap_or(0);
            let shortened = source.get(number.wrapping_sub(1)).filter(|_| local.contains('…'));
            run.drops.push(Drop {
                local,
                line: shortened.copied().unwrap_or_default().to_owned(),
                certain: line["certain"] == true,
                temporary: line["temporary"] == true || line["place"] == true,
                partial: line["partial"] == true,
                slot: (frame, line["slot"].as_u64().unwrap_or_default()),
            });
        } else if line["ev"] == "free" && line["bytes"] == BLOCK {
            let slot = line["dropping"]["slot"].as_u64().map(|slot| (frame, slot));
            run.frees.push(slot.and_then(|slot| run.drops.iter().rposition(|drop| drop.slot == slot)));
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

/// The drops of a run. What one local holds goes in one drop, and so do the operands that a temporary was made of:
/// each drop has the names of what was dropped then.
#[must_use]
pub fn drops<'s>(section: &'s Section, told: &Told) -> Vec<Vec<&'s str>> {
    let mut drops: Vec<Vec<&str>> = Vec::new();
    let mut last = None;
    for (at, line) in section.lines.iter().enumerate() {
        if line.0 == "_tmp" {
            continue;
        }
        let of = told.frees.get(at).copied().flatten().filter(|of| told.drops[*of].temporary);
        let together = of.is_some() && is_numbered(&line.0, 'o');
        match (last, drops.last_mut()) {
            (Some((known, _)), _) if known == line => {}
            (Some((_, Some(whole))), Some(names)) if together && of == Some(whole) => names.push(&line.0),
            _ => drops.push(vec![&line.0]),
        }
        last = Some((line, of.filter(|_| together)));
    }
    drops
}

/// Compares one run.
#[must_use]
pub fn compare(section: &Section, told: &Told) -> Count {
    let logged = drops(section, told);
    let mut count = aligned(&logged, &told.drops, &section.empty);
    count.logged = logged.len();
    count.traced = told.drops.iter().filter(|drop| !drop.temporary).count();
    count.temporaries = told.drops.iter().filter(|drop| drop.temporary).count();
    count.uncertain = told.drops.iter().filter(|drop| !drop.certain).count();
    count.freed = told.frees.len();
    count.wrong_frees = section.lines.len().abs_diff(told.frees.len());
    for ((holder, _), dropping) in section.lines.iter().zip(&told.frees) {
        let agrees = !is_local(holder) || dropping.is_some_and(|of| names(&told.drops[of].local, holder));
        count.wrong_frees += usize::from(!agrees);
    }
    count
}

/// Whether a drop in the trace is the one that the log tells.
fn fits(holders: &[&str], drop: &Drop) -> bool {
    if !drop.temporary {
        return holders == [drop.local.as_str()];
    }
    holders.iter().any(|holder| names(&drop.local, holder) || names(&drop.line, holder))
}

/// Whether the text of an expression names the holder.
fn names(text: &str, holder: &str) -> bool {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|word| word == holder)
}

/// Whether a drop in the trace may be without one in the log.
fn is_free(drop: &Drop, empty: &[String]) -> bool {
    let quiet = if drop.temporary { drop.local.contains("_q") } else { drop.local.ends_with("_q") };
    // The iterator of a loop that came to its end holds nothing any more, an empty value never did, and of a box
    // only the box may be left.
    let holds = |text: &str| drop.local.contains(text) || drop.line.contains(text);
    let empty = ["None::<", "maybe(", "Vec::<"].into_iter().any(holds)
        || empty.iter().any(|name| names(&drop.local, name));
    let hollow = drop.partial && drop.local.starts_with("Box::new(");
    let silent = drop.local.starts_with("into_iter(") || drop.local == "_" || empty || hollow;
    quiet || !drop.certain || (drop.temporary && silent)
}

/// The cheapest way to make the log of the trace, by its wrong, missing and extra drops.
fn aligned(logged: &[Vec<&str>], seen: &[Drop], empty: &[String]) -> Count {
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
                if fits(&logged[row - 1], &seen[column - 1]) {
                    offer(before, 0, |_| {});
                } else {
                    offer(before, 3, |count| count.wrong += 1);
                }
            }
            if row > 0 {
                let before = table[(row - 1) * width + column];
                offer(before, 2, |count| count.missing += 1);
            }
            if column > 0 {
                let before = table[row * width + column - 1];
                if is_free(&seen[column - 1], empty) {
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
