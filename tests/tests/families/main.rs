//! Functions of every family compile, warn and behave as without the attribute.
//!
//! | variable | meaning |
//! |---|---|
//! | `FAMILIES_FUNCTIONS` | how many functions, 1,260 if not set; a third of them in each edition |
//! | `FAMILIES_SEED` | the seed |
//! | `FAMILIES_ONLY` | the families whose names begin so |
//! | `FAMILIES_SHOWN` | how many failures are printed in full, 5 if not set |
//! | `FAMILIES_BIN` | how many functions one program has |
#![allow(clippy::print_stdout, reason = "the figures are for whoever runs the test")]

mod known;

use std::collections::BTreeMap;
use std::env;
use std::time::Instant;

use known::{KNOWN, Known};
use trace_memory_tests::compiler::in_parallel;
use trace_memory_tests::families::{Case, Difference, Family, Verdict, alone, families, verdicts};
use trace_memory_tests::number;

const SEED: u64 = 20_260_201;
const FUNCTIONS: usize = 1_260;
const FUNCTIONS_PER_BIN: usize = 50;

/// How many failures are printed in full.
const SHOWN: usize = 5;

/// One function in so many may not compile without the attribute.
const INVALID_ONE_IN: usize = 50;

/// The functions, the families taking turns.
fn cases(seed: u64) -> Vec<Case> {
    let count = number("FAMILIES_FUNCTIONS").unwrap_or(FUNCTIONS);
    let only = env::var("FAMILIES_ONLY").unwrap_or_default();
    let mut families: Vec<Family> =
        families(seed).into_iter().filter(|family| family.name().starts_with(&only)).collect();
    assert!(!families.is_empty(), "no family is named `{only}…`");
    let rounds = 0..count.div_ceil(families.len());
    rounds.flat_map(|_| families.iter_mut().map(Family::next_case).collect::<Vec<_>>()).collect()
}

/// Functions of one edition each.
fn programs(cases: Vec<Case>) -> Vec<Vec<Case>> {
    let mut editions: BTreeMap<&str, Vec<Case>> = BTreeMap::new();
    for case in cases {
        editions.entry(case.edition).or_default().push(case);
    }
    let size = number("FAMILIES_BIN").unwrap_or(FUNCTIONS_PER_BIN);
    let chunks = |cases: Vec<Case>| cases.chunks(size).map(<[Case]>::to_vec).collect::<Vec<_>>();
    editions.into_values().flat_map(chunks).collect()
}

/// What is wrong, for somebody who wants to repeat it.
fn failure(seed: u64, case: &Case, verdict: &Verdict) -> String {
    let Case { edition, name, shape, source, .. } = case;
    let path = alone(case);
    format!("{name} in {edition}, seed {seed}: {verdict}\n{shape}\n{source}alone in {}\n", path.display())
}

/// How many functions each family has, and how many differ in which way.
fn figures(cases: &[Case], failed: &[(&Case, Verdict)]) -> String {
    let mut families: BTreeMap<&str, (usize, BTreeMap<Difference, usize>)> = BTreeMap::new();
    for case in cases {
        families.entry(&case.family).or_default().0 += 1;
    }
    for (case, verdict) in failed {
        *families.entry(&case.family).or_default().1.entry(verdict.difference).or_default() += 1;
    }
    let line = |(family, (count, differences))| format!("{family}: {count} functions {differences:?}\n");
    families.into_iter().map(line).collect()
}

fn is_known(case: &Case, verdict: &Verdict) -> bool {
    KNOWN.iter().any(|known| known.is(case, verdict))
}

/// What is on the list and was not found.
fn stale(failed: &[(&Case, Verdict)]) -> Vec<String> {
    let is_found = |known: &&Known| failed.iter().any(|(case, verdict)| known.is(case, verdict));
    let stale = KNOWN.iter().filter(|known| !is_found(known));
    stale.map(|Known { says, shapes, reason, .. }| format!("{says} {shapes:?}: {reason}")).collect()
}

#[test]
fn functions_are_what_they_are_without_the_attribute() {
    let seed = number("FAMILIES_SEED").unwrap_or(SEED);
    let start = Instant::now();
    let programs = programs(cases(seed));
    let found = in_parallel(&programs, |cases| verdicts(cases));
    let verdicts = programs.iter().zip(found);
    let failed: Vec<(&Case, Verdict)> = verdicts
        .flat_map(|(cases, verdicts)| verdicts.into_iter().map(|verdict| (&cases[verdict.case], verdict)))
        .collect();
    let all: Vec<Case> = programs.iter().flatten().cloned().collect();
    println!("{}{} functions in {:.1} s", figures(&all, &failed), all.len(), start.elapsed().as_secs_f64());
    let (invalid, wrong): (Vec<_>, Vec<_>) =
        failed.iter().partition(|(_, verdict)| verdict.difference == Difference::Invalid);
    let unknown: Vec<&(&Case, Verdict)> =
        wrong.into_iter().filter(|(case, verdict)| !is_known(case, verdict)).collect();
    let shown = number("FAMILIES_SHOWN").unwrap_or(SHOWN);
    for (case, verdict) in unknown.iter().copied().chain(invalid.iter().copied()).take(shown) {
        println!("{}", failure(seed, case, verdict));
    }
    assert!(unknown.is_empty(), "{} differences", unknown.len());
    assert!(invalid.len() * INVALID_ONE_IN <= all.len(), "{} functions are no Rust", invalid.len());
    if env::vars_os().all(|(name, _)| !name.to_string_lossy().starts_with("FAMILIES_")) {
        let stale = stale(&failed);
        assert!(stale.is_empty(), "no longer so: take them off the list: {stale:#?}");
    }
}
