//! Finds out how much of each function can be traced: all of it, its frame, or nothing.
//!
//! A function that the compiler refuses goes one rung down, and the build is tried again. So each try lowers at least one
//! function, and in the end the program is what it was. An error that names no function is searched for by halving.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::copy::Key;
use crate::error::Error;

/// How many functions are searched for one by one, before the rest of a crate is lowered as far as is known to help.
const ROUNDS: usize = 4;

/// How much of a function is traced, if not all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Rung {
    /// Its frame and what it does on the heap.
    Frame,
    /// Nothing.
    Left,
}

/// What a function is lowered to, and what the compiler said of it before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Lowered {
    pub(super) rung: Rung,
    pub(super) said: String,
}

/// The functions that are not traced whole.
pub(super) type Lowest = BTreeMap<Key, Lowered>;

/// What an error says of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Blame {
    pub(super) said: String,
    /// Whether the error comes out of its attribute, and not only from its lines.
    pub(super) is_sure: bool,
}

/// What keeps a program from being built.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Failure {
    /// The functions that errors are in.
    pub(super) blamed: BTreeMap<Key, Blame>,
    /// The roots of the crates that have errors which may be about other functions.
    pub(super) crates: BTreeSet<PathBuf>,
    /// What one of those is.
    pub(super) said: String,
}

/// A program that can be built.
pub(super) trait Program {
    /// Builds it; gives what is in the way.
    fn build(&mut self, lowest: &Lowest, why: Why<'_>) -> Result<Option<Failure>, Error>;

    /// The functions that can have the attribute, of these crates, or of all.
    fn functions(&self, crates: Option<&BTreeSet<PathBuf>>) -> Vec<Key>;
}

/// Why a build is tried.
#[derive(Clone, Copy, Debug)]
pub(super) enum Why<'a> {
    First,
    /// Functions were lowered.
    Retry,
    /// An error is searched for that names no function.
    Search {
        said: &'a str,
        lowered: usize,
        of: usize,
    },
}

/// The search for the functions to lower.
pub(super) struct Ladder<'p, P> {
    program: &'p mut P,
    pub(super) lowest: Lowest,
    /// Those of them that only their lines speak for.
    guessed: BTreeSet<Key>,
}

impl<'p, P: Program> Ladder<'p, P> {
    /// Starts with what is known.
    pub(super) fn new(program: &'p mut P, lowest: Lowest) -> Self {
        Self { program, lowest, guessed: BTreeSet::new() }
    }

    /// Lowers functions until the program builds; says whether it does.
    pub(super) fn climb_down(&mut self) -> Result<bool, Error> {
        let mut why = Why::First;
        loop {
            let lowest = self.lowest.clone();
            let Some(failure) = self.program.build(&lowest, why)? else { return Ok(true) };
            if !self.lower(&failure.blamed, &lowest) && !self.search(&failure)? {
                return Ok(false);
            }
            why = Why::Retry;
        }
    }

    /// Lowers what is blamed, from where it was in the build, by a rung; says whether there was any.
    fn lower(&mut self, blamed: &BTreeMap<Key, Blame>, built: &Lowest) -> bool {
        let mut any = false;
        for (key, blame) in blamed {
            let rung = match built.get(key).map(|lowered| lowered.rung) {
                None => Rung::Frame,
                Some(Rung::Frame) => Rung::Left,
                Some(Rung::Left) => continue,
            };
            any = true;
            self.lowest.insert(key.clone(), Lowered { rung, said: blame.said.clone() });
            if !blame.is_sure {
                self.guessed.insert(key.clone());
            }
        }
        any
    }

    /// Searches for the functions that an error is about which names none; says whether there are any.
    fn search(&mut self, failure: &Failure) -> Result<bool, Error> {
        // What was lowered for this error, and did not help, was lowered in vain.
        let guessed = std::mem::take(&mut self.guessed);
        self.lowest.retain(|key, lowered| !(guessed.contains(key) && lowered.said == failure.said));
        let own = (!failure.crates.is_empty()).then_some(&failure.crates);
        let mut before = Vec::new();
        for scope in own.map(Some).into_iter().chain([None]) {
            let all = self.candidates(scope);
            if all == before {
                continue;
            }
            before.clone_from(&all);
            let mut search = Search { ladder: self, scope, said: &failure.said, all, rung: Rung::Left };
            let count = search.all.len();
            if !search.holds(0..count, &[])? {
                continue;
            }
            search.rung = Rung::Frame;
            if !search.holds(0..count, &[])? {
                search.rung = Rung::Left;
            }
            let found = search.found()?;
            extend(&mut self.lowest, found);
            return Ok(true);
        }
        Ok(false)
    }

    /// The functions that can be lowered.
    fn candidates(&self, scope: Option<&BTreeSet<PathBuf>>) -> Vec<Key> {
        let is_left = |key: &Key| self.lowest.get(key).is_some_and(|lowered| lowered.rung == Rung::Left);
        self.program.functions(scope).into_iter().filter(|key| !is_left(key)).collect()
    }
}

/// A search among some functions for those that have to be lowered to a rung.
struct Search<'s, 'p, P> {
    ladder: &'s mut Ladder<'p, P>,
    /// The crates that have the error, if not all of them.
    scope: Option<&'s BTreeSet<PathBuf>>,
    said: &'s str,
    all: Vec<Key>,
    rung: Rung,
}

impl<P: Program> Search<'_, '_, P> {
    /// Whether the error is gone if these functions are lowered.
    fn holds(&mut self, range: std::ops::Range<usize>, more: &[usize]) -> Result<bool, Error> {
        loop {
            let mut lowest = self.ladder.lowest.clone();
            let lowered = range.len() + more.len();
            extend(&mut lowest, self.lowered(range.clone().chain(more.iter().copied())));
            let why = Why::Search { said: self.said, lowered, of: self.all.len() };
            let Some(mut failure) = self.ladder.program.build(&lowest, why)? else { return Ok(true) };
            // Errors that have a place are no part of the search.
            failure.blamed.retain(|_, blame| blame.is_sure || blame.said != self.said);
            if self.ladder.lower(&failure.blamed, &lowest) {
                continue;
            }
            let is_elsewhere = |scope| !failure.crates.is_empty() && failure.crates.is_disjoint(scope);
            return Ok(self.scope.is_some_and(is_elsewhere));
        }
    }

    fn lowered(&self, numbers: impl Iterator<Item = usize>) -> Lowest {
        let lowered = Lowered { rung: self.rung, said: self.said.to_owned() };
        numbers.map(|number| (self.all[number].clone(), lowered.clone())).collect()
    }

    /// A set of functions that helps, as small as some tries can make it. All of them do.
    fn found(&mut self) -> Result<Lowest, Error> {
        let (mut end, mut found) = (self.all.len(), Vec::new());
        for _ in 0..ROUNDS {
            let mut fails = 0;
            while end - fails > 1 {
                let middle = fails + (end - fails) / 2;
                if self.holds(0..middle, &found)? {
                    end = middle;
                } else {
                    fails = middle;
                }
            }
            // Without the last one of these, the error is there.
            end -= 1;
            found.push(end);
            if end == 0 || self.holds(0..0, &found)? {
                end = 0;
                break;
            }
            // Where those far before are needed, too, so many have to be lowered, whichever they are.
            if found.len() == 2 && !self.holds(end / 2..end, &found)? {
                break;
            }
        }
        Ok(self.lowered((0..end).chain(found)))
    }
}

/// Lowers functions that are not lower yet.
fn extend(lowest: &mut Lowest, more: Lowest) {
    for (key, lowered) in more {
        if lowest.get(&key).is_none_or(|before| before.rung < lowered.rung) {
            lowest.insert(key, lowered);
        }
    }
}

#[cfg(test)]
mod tests;
