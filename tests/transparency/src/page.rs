//! The page with the two tables.

use std::fmt::Write as _;

use cargo_trace_memory::insert::Functions;

use crate::list::Entry;
use crate::row::Row;

/// What stands before the tables.
const HEAD: &str = "\
# Transparent: other people's crates

`#[trace_memory]` was put on every function of the libraries of these crates, in a copy, at byte offsets, so that the rest
of each file stayed as it was. Then both copies were compiled, and what the compiler said of them was compared: each
warning, with its place, labels, notes, helps and suggestions. No text may show a name of the expansion.

`cargo run --release -p trace-memory-transparency` makes this page; the list is `tests/transparency/crates.txt`.
";

const TESTS: &str = "
## Their tests

Each crate's own tests ran, plain and traced, and were compared one by one. A difference is a test with another result, or
something that the compiler says otherwise. Tests that take more than a minute with a trace, for the millions of events
that they make, ran again with `TRACE_MEMORY=off`. The times are those of `cargo test`, compiling included.

| crate | kind | functions | traced | tests | differ | trace | plain | traced |
|---|---|---:|---:|---:|---:|---|---:|---:|
";

const CHECK: &str = "
## Check only

These were compiled, and nothing was run: the libraries with `--library`, and with `--check` their tests, too, where the
package has all that its tests need. A difference is something that the compiler says otherwise.

| crate | kind | checked | functions | traced | warnings | differ |
|---|---|---|---:|---:|---:|---:|
";

/// A crate, and what its last run told.
pub(crate) type Told = (Entry, Option<Row>);

/// The whole page.
pub(crate) fn page(told: &[Told]) -> String {
    let (tested, checked): (Vec<_>, Vec<_>) = told.iter().partition(|(entry, _)| entry.tested);
    format!("{HEAD}{TESTS}{}{CHECK}{}", table(&tested, tested_line), table(&checked, checked_line))
}

type Line = fn(&str, &str, &Row) -> String;

/// The lines of a table, and what is told of all of them.
fn table(told: &[&Told], line: Line) -> String {
    let mut text = String::new();
    let (mut sum, mut count) = (Row::default(), 0);
    let (mut broken, mut missing) = (Vec::new(), Vec::new());
    for (entry, row) in told {
        let name = format!("{} {}", entry.name, entry.version);
        let Some(row) = row else {
            missing.push(name);
            continue;
        };
        sum.functions += row.functions.clone();
        if !row.errors.is_empty() {
            broken.push(name);
            continue;
        }
        text += &line(&name, entry.kind, row);
        count += 1;
        sum.count += row.count;
        sum.faults.extend(row.faults.iter().cloned());
    }
    text += &line(&format!("{count} crates"), "", &sum);
    let _ = writeln!(text, "\nLeft alone: {}.", left(&sum.functions));
    for (why, names) in [("They do not compile traced", broken), ("They have no result yet", missing)] {
        if !names.is_empty() {
            let _ = writeln!(text, "\n{why}: {}.", names.join(", "));
        }
    }
    text
}

fn tested_line(name: &str, kind: &str, row: &Row) -> String {
    let (all, traced) = (row.functions.all(), row.functions.traced);
    let is_sum = kind.is_empty();
    let trace = if row.recorded { "on" } else { "off" };
    let seconds = |seconds: f64| if is_sum { String::new() } else { format!("{seconds:.1} s") };
    format!(
        "| {name} | {kind} | {all} | {traced} | {} | {} | {} | {} | {} |\n",
        row.count,
        row.faults.len(),
        if is_sum { "" } else { trace },
        seconds(row.seconds.0),
        seconds(row.seconds.1)
    )
}

fn checked_line(name: &str, kind: &str, row: &Row) -> String {
    let (all, traced) = (row.functions.all(), row.functions.traced);
    let (targets, count, faults) = (&row.targets, row.count, row.faults.len());
    format!("| {name} | {kind} | {targets} | {all} | {traced} | {count} | {faults} |\n")
}

/// How many functions are left alone, by reason.
fn left(functions: &Functions) -> String {
    let left: Vec<String> =
        functions.left.iter().map(|(reason, count)| format!("{count} {reason}")).collect();
    if left.is_empty() { "none".to_owned() } else { left.join(", ") }
}
