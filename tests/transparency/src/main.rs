//! Puts the attribute on every function of crates from the registry, compiles them plain and traced, and compares what
//! the compiler says; of some, runs their own tests, too, and compares test by test.
//!
//! ```text
//! cargo run --release -p trace-memory-transparency                  all crates; writes docs/transparency.md
//! cargo run --release -p trace-memory-transparency -- --missing     those without a result; writes the page
//! cargo run --release -p trace-memory-transparency -- --short       a few of them
//! cargo run --release -p trace-memory-transparency -- itoa toml     these
//! cargo run --release -p trace-memory-transparency -- --check       runs no test; also with names
//! cargo run --release -p trace-memory-transparency -- --library     checks libraries without their tests
//! cargo run --release -p trace-memory-transparency -- --page        writes the page from the last results
//! ```
//!
//! `TRANSPARENCY_WORK` is the folder for copies and results, which is in the target folder otherwise.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is a command")]

mod compare;
mod diagnostics;
mod list;
mod page;
mod row;
mod run;
mod subject;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use list::{Entry, entries};
use page::{Told, page};
use row::Row;
use subject::Targets;
use trace_memory_tests::workspace;

/// How many crates the short list has.
const SHORT: usize = 5;

/// How many faults of a crate are shown, and how many lines of each; all are kept in its row.
const SHOWN: usize = 16;

/// What the command is asked for.
struct Asked {
    words: Vec<String>,
}

impl Asked {
    fn has(&self, option: &str) -> bool {
        self.words.iter().any(|word| word == option)
    }

    fn names(&self) -> impl Iterator<Item = &String> {
        self.words.iter().filter(|word| !word.starts_with("--"))
    }

    /// The crates to look at.
    fn chosen(&self, work: &Path) -> Vec<Entry> {
        let mut entries = entries();
        if self.has("--page") {
            entries.clear();
        } else if self.has("--short") {
            entries.truncate(SHORT);
        } else if self.names().next().is_some() {
            entries.retain(|entry| self.names().any(|name| name == entry.name));
        } else if self.has("--missing") {
            entries.retain(|entry| Row::kept(work, entry).is_none_or(|row| !row.is_same()));
        }
        if self.has("--check") || self.has("--library") {
            for entry in &mut entries {
                entry.tested = false;
            }
        }
        entries
    }

    /// What of a crate is checked that is only checked.
    fn targets(&self) -> Targets {
        if self.has("--library") { Targets::Library } else { Targets::LibraryAndTests }
    }

    /// Whether the page is to be written.
    fn for_page(&self) -> bool {
        let part = ["--short", "--check", "--library"];
        self.names().next().is_none() && !part.iter().any(|option| self.has(option))
    }
}

/// Compares the copies of one crate, and tells what came of it.
fn look(work: &Path, entry: &Entry, targets: Targets) -> bool {
    let start = Instant::now();
    let compared =
        if entry.tested { compare::tested(work, entry) } else { compare::checked(work, entry, targets) };
    let seconds = start.elapsed().as_secs_f64();
    let row = match compared {
        Ok(row) => row,
        Err(message) => {
            println!("{:<28} not compared: {message}", entry.name);
            return false;
        }
    };
    println!(
        "{:<28} {:>5} functions {:>5} {} {:>4} differ {} {seconds:>6.1} s",
        entry.name,
        row.functions.traced,
        row.count,
        if entry.tested { "tests" } else { "warnings" },
        row.faults.len(),
        if row.errors.is_empty() { "" } else { "DOES NOT COMPILE" },
    );
    for fault in row.errors.iter().chain(&row.faults).take(SHOWN) {
        let lines = fault.lines().filter(|line| !line.trim_matches([' ', '|']).is_empty());
        lines.take(SHOWN).for_each(|line| println!("    {line}"));
    }
    row.keep(work, entry);
    row.is_same()
}

/// The folder for copies and results.
fn work() -> PathBuf {
    let program = std::env::current_exe().expect("a program knows its own path");
    let beside = program.parent().unwrap_or(Path::new(".")).with_file_name("transparency");
    std::env::var_os("TRANSPARENCY_WORK").map_or(beside, PathBuf::from)
}

fn main() -> ExitCode {
    let (asked, work) = (Asked { words: std::env::args().skip(1).collect() }, work());
    let mut is_same = true;
    for entry in asked.chosen(&work) {
        is_same &= look(&work, &entry, asked.targets());
    }
    if asked.for_page() {
        let told = |entry: Entry| (entry.clone(), Row::kept(&work, &entry));
        let told: Vec<Told> = entries().into_iter().map(told).collect();
        is_same &= told.iter().all(|(_, row)| row.as_ref().is_some_and(Row::is_same));
        std::fs::write(workspace().join("docs/transparency.md"), page(&told)).expect("docs are writable");
    }
    if is_same { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
