//! Comparing the two copies of a crate.

use std::path::Path;
use std::time::Duration;

use cargo_trace_memory::insert::Functions;
use trace_memory_tests::workspace;

use crate::diagnostics::Diagnostics;
use crate::list::Entry;
use crate::row::Row;
use crate::run::Tests;
use crate::subject::{Copy, Result, Targets, fetched};

/// How many seconds tests may take with a trace, until they are run without one.
const RECORDED: u64 = 60;

const ENOUGH: u64 = 1200;

/// The two copies.
struct Pair {
    plain: Copy,
    traced: Copy,
    functions: Functions,
}

impl Pair {
    fn make(work: &Path, entry: &Entry) -> Result<Self> {
        let source = fetched(work, entry.name, entry.version)?;
        let at = |variant: &str| work.join(format!("{}-{variant}", entry.name));
        let (plain, _) = Copy::make(entry, &source, &at("plain"), None)?;
        let runtime = workspace().join("runtime");
        let (traced, functions) = Copy::make(entry, &source, &at("traced"), Some(&runtime))?;
        Ok(Self { plain, traced, functions })
    }

    /// What the compiler says of both, and which targets it compiled: the tests too, if they are asked for and compile
    /// plain.
    fn check(&self, mut targets: Targets) -> Result<(Diagnostics, Diagnostics, Targets)> {
        let mut plain = self.plain.check(targets)?;
        if !plain.errors.is_empty() && targets != Targets::Library {
            targets = Targets::Library;
            plain = self.plain.check(targets)?;
        }
        match plain.errors.first() {
            Some(error) => Err(format!("does not compile plain: {error}")),
            None => Ok((plain, self.traced.check(targets)?, targets)),
        }
    }

    /// Removes the copies; those that differ stay, to be looked at.
    fn remove(self, row: &Row) {
        if row.is_same() {
            self.plain.remove();
            self.traced.remove();
        }
    }
}

/// Checks a crate, and runs no test.
pub(crate) fn checked(work: &Path, entry: &Entry, targets: Targets) -> Result<Row> {
    let pair = Pair::make(work, entry)?;
    let (plain, traced, targets) = pair.check(targets)?;
    let row = Row {
        functions: pair.functions.clone(),
        count: plain.count(),
        faults: if traced.errors.is_empty() { Diagnostics::faults(&plain, &traced) } else { Vec::new() },
        errors: traced.errors,
        targets: targets.name(),
        ..Row::default()
    };
    pair.remove(&row);
    Ok(row)
}

/// Checks a crate, and runs its tests.
pub(crate) fn tested(work: &Path, entry: &Entry) -> Result<Row> {
    let pair = Pair::make(work, entry)?;
    let (before, after, targets) = pair.check(Targets::LibraryAndTests)?;
    let mut row = Row { functions: pair.functions.clone(), errors: after.errors.clone(), ..Row::default() };
    if row.errors.is_empty() {
        row.targets = targets.name();
        row.faults = Diagnostics::faults(&before, &after);
        pair.test(&mut row)?;
    }
    pair.remove(&row);
    Ok(row)
}

impl Pair {
    fn test(&self, row: &mut Row) -> Result<()> {
        let done = |run: Option<(Tests, Duration)>| run.ok_or_else(|| "its tests take too long".to_owned());
        let (plain, before) = done(self.plain.test(false, ENOUGH)?)?;
        let run = self.traced.test(true, RECORDED)?;
        row.recorded = run.is_some();
        let (traced, after) = match run {
            Some(run) => run,
            None => done(self.traced.test(false, ENOUGH)?)?,
        };
        row.count = plain.results.len();
        row.seconds = (before.as_secs_f64(), after.as_secs_f64());
        row.faults.extend(differences(&plain, &traced));
        Ok(())
    }
}

fn differences(plain: &Tests, traced: &Tests) -> Vec<String> {
    let mut faults = Vec::new();
    for (test, result) in &plain.results {
        let other = traced.results.get(test).map_or("not run", String::as_str);
        if result != other {
            faults.push(format!("{} {}: {result}, traced {other}", test.0, test.1));
        }
    }
    let more = traced.results.keys().filter(|test| !plain.results.contains_key(*test));
    faults.extend(more.map(|test| format!("{} {}: only traced", test.0, test.1)));
    faults
}
