//! Puts the attribute on every function of crates from the registry, runs their own tests plain and traced, and compares
//! test by test, and the compiler's warnings.
//!
//! ```text
//! cargo run --release -p trace-memory-transparency                  all crates; writes docs/transparency.md
//! cargo run --release -p trace-memory-transparency -- --short       a few of them
//! cargo run --release -p trace-memory-transparency -- itoa toml     these
//! ```
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is a command")]

mod subject;

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use cargo_trace_memory::insert::Functions;
use subject::{Copy, Result, fetched};
use trace_memory_tests::workspace;

/// Crates whose packages carry tests, of different kinds; those of the short list first.
const CRATES: [(&str, &str, &str); 20] = [
    ("itoa", "1.0.18", "numbers, unsafe"),
    ("smallvec", "1.16.5", "a collection, unsafe"),
    ("semver", "1.0.27", "a parser"),
    ("either", "1.15.0", "an enum, no_std, macros"),
    ("hex", "0.4.3", "encoding"),
    ("bytes", "1.12.1", "buffers, unsafe"),
    ("indexmap", "2.14.2", "a collection"),
    ("http", "1.5.0", "types"),
    ("aho-corasick", "1.1.5", "searching"),
    ("regex-syntax", "0.8.11", "a parser"),
    ("serde_json", "1.0.154", "a parser"),
    ("toml_parser", "1.1.5+spec-1.1.0", "a parser"),
    ("url", "2.5.8", "a parser"),
    ("num-bigint", "0.4.8", "numbers"),
    ("slab", "0.4.12", "a collection"),
    ("arrayvec", "0.7.6", "a collection, unsafe"),
    ("textwrap", "0.16.2", "text"),
    ("heck", "0.5.0", "text"),
    ("unicode-segmentation", "1.12.0", "text, no_std"),
    ("futures-util", "0.3.34", "async"),
];

const SHORT: usize = 5;

/// How many seconds tests may take with a trace, until they are run without one.
const RECORDED: u64 = 60;

const ENOUGH: u64 = 1200;

/// What stands before the table on its page.
const PAGE: &str = "\
# Transparent: the tests of other people's crates

`#[trace_memory]` was put on every function of the libraries of these crates, in a copy, at byte offsets, so that the rest
of each file stayed as it was. Then each crate's own tests ran, plain and traced, and were compared one by one, and so
were the compiler's warnings. A difference is a test with another result, or a warning that is new or lost. Tests that
take more than a minute with a trace, for the millions of events that they make, ran again with `TRACE_MEMORY=off`.

`cargo run --release -p trace-memory-transparency` makes this page. The times are those of `cargo test`, compiling
included.

";

/// What is told of a crate.
struct Row {
    name: String,
    kind: String,
    functions: Functions,
    tests: usize,
    /// Whether the tests ran with a trace, and not just with the attribute.
    recorded: bool,
    seconds: (f64, f64),
    faults: Vec<String>,
}

fn row(work: &Path, (name, version, kind): (&str, &str, &str)) -> Result<Row> {
    let source = fetched(work, name, version)?;
    let at = |variant: &str| work.join(format!("{name}-{variant}"));
    let (plain, _) = Copy::make(&source, &at("plain"), None)?;
    let (traced, functions) = Copy::make(&source, &at("traced"), Some(&workspace().join("runtime")))?;
    let (before, after) = (plain.warnings()?, traced.warnings()?);
    let mut faults: Vec<String> =
        after.difference(&before).map(|warning| format!("new warning: {warning}")).collect();
    faults.extend(before.difference(&after).map(|warning| format!("lost warning: {warning}")));
    let done = |run: Option<_>| run.ok_or_else(|| "its tests take too long".to_owned());
    let (plain, plain_time) = done(plain.test(false, ENOUGH)?)?;
    let (recorded, (traced, traced_time)) = match traced.test(true, RECORDED)? {
        Some(run) => (true, run),
        None => (false, done(traced.test(false, ENOUGH)?)?),
    };
    for (test, result) in &plain.results {
        let other = traced.results.get(test).map_or("not run", String::as_str);
        if result != other {
            faults.push(format!("{} {}: {result}, traced {other}", test.0, test.1));
        }
    }
    let more = traced.results.keys().filter(|test| !plain.results.contains_key(*test));
    faults.extend(more.map(|test| format!("{} {}: only traced", test.0, test.1)));
    Ok(Row {
        name: format!("{name} {version}"),
        kind: kind.to_owned(),
        functions,
        tests: plain.results.len(),
        recorded,
        seconds: (plain_time.as_secs_f64(), traced_time.as_secs_f64()),
        faults,
    })
}

fn table(rows: &[Row]) -> String {
    let mut text = String::from(
        "| crate | kind | functions | traced | tests | differ | trace | plain | traced |\n\
         |---|---|---:|---:|---:|---:|---|---:|---:|\n",
    );
    let mut all = (Functions::default(), 0, 0);
    for row in rows {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {} | {:.1} s | {:.1} s |",
            row.name,
            row.kind,
            row.functions.all(),
            row.functions.traced,
            row.tests,
            row.faults.len(),
            if row.recorded { "on" } else { "off" },
            row.seconds.0,
            row.seconds.1
        );
        all.0 += row.functions.clone();
        all.1 += row.tests;
        all.2 += row.faults.len();
    }
    let (functions, tests, faults) = all;
    let _ = writeln!(
        text,
        "| {} crates | | {} | {} | {tests} | {faults} | | | |",
        rows.len(),
        functions.all(),
        functions.traced
    );
    let left: Vec<String> =
        functions.left.iter().map(|(reason, count)| format!("{count} {reason}")).collect();
    let _ = writeln!(
        text,
        "\nLeft alone: {}.",
        if left.is_empty() { "none".to_owned() } else { left.join(", ") }
    );
    text
}

fn main() -> ExitCode {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let short = asked.iter().any(|word| word == "--short");
    let chosen = CRATES.iter().enumerate().filter(|(at, (name, ..))| {
        if short { *at < SHORT } else { asked.is_empty() || asked.iter().any(|word| word == name) }
    });
    let program = std::env::current_exe().expect("a program knows its own path");
    let work = program.parent().unwrap_or(Path::new(".")).with_file_name("transparency");
    let (mut rows, mut broken, mut failed) = (Vec::new(), Vec::new(), false);
    for (_, subject) in chosen {
        let start = Instant::now();
        match row(&work, *subject) {
            Ok(row) => {
                println!(
                    "{:<32} {:>6} functions {:>6} tests {:>4} differ {:>7.1} s",
                    row.name,
                    row.functions.traced,
                    row.tests,
                    row.faults.len(),
                    start.elapsed().as_secs_f64()
                );
                row.faults.iter().for_each(|fault| println!("    {fault}"));
                failed |= !row.faults.is_empty();
                rows.push(row);
            }
            Err(message) => {
                failed = true;
                broken.push(format!("{} {}", subject.0, subject.1));
                println!("{:<32} {message}\n", subject.0);
            }
        }
    }
    let mut table = table(&rows);
    if !broken.is_empty() {
        let _ = writeln!(table, "\nNot compared, since they do not compile: {}.", broken.join(", "));
    }
    println!("{table}");
    if asked.is_empty() {
        let page = workspace().join("docs/transparency.md");
        std::fs::write(&page, format!("{PAGE}{table}")).expect("docs are writable");
    }
    if failed || rows.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
