//! The functions of a family, one after the other.

use std::fs;
use std::path::Path;

use super::grammar::{Axis, Rules, axes};
use crate::files;
use crate::oracle::random::Random;

/// The editions that functions are made for, in turn.
const EDITIONS: [&str; 3] = ["2018", "2021", "2024"];

/// How deep texts stand in one another before only those are picked that end it.
const DEPTH: usize = 5;

/// A function, with the items that it needs, and what runs it.
#[derive(Clone, Debug)]
pub struct Case {
    /// The edition it is compiled in.
    pub edition: &'static str,
    /// The family it is of.
    pub family: String,
    /// The alternatives it has, each as `axis=alternative`.
    pub shape: String,
    /// What no other function has: its family and number.
    pub name: String,
    /// The items, with a `fn run`.
    pub source: String,
}

/// A file of `tests/families`, and what was made of it so far.
#[derive(Debug)]
pub struct Family {
    name: String,
    axes: Vec<Axis>,
    /// The alternatives of each axis that have not been taken in this turn.
    decks: Vec<Vec<usize>>,
    random: Random,
    count: usize,
}

/// All families, as they start with a seed.
///
/// # Panics
///
/// If a file cannot be read.
#[must_use]
pub fn families(seed: u64) -> Vec<Family> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("families");
    let read = |path: &Path| axes(&fs::read_to_string(path).expect("the file is there"));
    let common = read(&folder.join("common.txt"));
    let named = files(&folder, &["txt"]).into_iter().filter(|path| !path.ends_with("common.txt"));
    let families = named.enumerate().map(|(stream, path)| {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let stream = u64::try_from(stream).expect("64 bits hold it");
        let axes = read(&path).into_iter().map(|axis| shared(axis, &common)).collect();
        Family { name, axes, decks: Vec::new(), random: Random::new(seed, stream), count: 0 }
    });
    families.collect()
}

/// An axis that says nothing is the one that all share.
fn shared(axis: Axis, common: &[Axis]) -> Axis {
    if !axis.alternatives.is_empty() {
        return axis;
    }
    let same = common.iter().find(|other| other.name == axis.name);
    same.unwrap_or_else(|| panic!("no axis `{}` is shared", axis.name)).clone()
}

impl Family {
    /// The name of its file.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The next function.
    ///
    /// # Panics
    ///
    /// If the family names what it does not have.
    pub fn next_case(&mut self) -> Case {
        loop {
            let wanted = EDITIONS[self.count % EDITIONS.len()];
            let picks: Vec<usize> = (0..self.axes.len()).map(|axis| self.dealt(axis)).collect();
            let mut rules = Rules::new();
            let mut editions = EDITIONS.to_vec();
            let mut shape = Vec::new();
            let mut without = String::new();
            for (axis, pick) in self.axes.iter().zip(picks) {
                let alternative = &axis.alternatives[pick];
                shape.push(format!("{}={}", axis.name, alternative.name));
                if let Some(only) = alternative.rules.get("editions") {
                    editions.retain(|edition| only[0].contains(edition));
                }
                let others = alternative.rules.get("without").map(|texts| texts[0].as_str());
                without.extend(others.into_iter().flat_map(|names| [" ", names]));
                rules.extend(alternative.rules.clone());
            }
            let edition = editions.iter().find(|edition| **edition == wanted).or(editions.last());
            let meets = |other: &str| shape.iter().any(|pick| pick.ends_with(&format!("={other}")));
            let Some(&edition) = edition.filter(|_| !without.split_whitespace().any(meets)) else { continue };
            let number = self.count;
            self.count += 1;
            let items = self.expanded("~items", &rules, 0);
            let run = self.expanded("~run", &rules, 0);
            return Case {
                edition,
                family: self.name.clone(),
                shape: shape.join(" "),
                name: format!("{}_{number}", self.name),
                source: format!("{items}\npub fn run() {{\n{run}\n}}\n"),
            };
        }
    }

    /// An alternative of an axis. All come before one comes again.
    fn dealt(&mut self, axis: usize) -> usize {
        self.decks.resize(self.axes.len(), Vec::new());
        if self.decks[axis].is_empty() {
            self.decks[axis] = (0..self.axes[axis].alternatives.len()).collect();
        }
        let at = self.random.below(self.decks[axis].len());
        self.decks[axis].swap_remove(at)
    }

    /// A text in which each `~key` is replaced.
    fn expanded(&mut self, text: &str, rules: &Rules, depth: usize) -> String {
        let mut parts = text.split('~');
        let mut result = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let end = part.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(part.len());
            let key = &part[..end];
            let texts = rules.get(key).unwrap_or_else(|| panic!("{}: there is no `~{key}`", self.name));
            let ends: Vec<&String> = texts.iter().filter(|text| !text.contains('~')).collect();
            let picked = if depth >= DEPTH && !ends.is_empty() {
                self.random.pick(&ends).as_str()
            } else {
                self.random.pick(texts).as_str()
            };
            result += &self.expanded(picked, rules, depth + 1);
            result += &part[end..];
        }
        result
    }
}
