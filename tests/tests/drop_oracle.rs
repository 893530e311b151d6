//! Random functions: what the trace says of their drops is what they say themselves.
//!
//! | variable | meaning |
//! |---|---|
//! | `DROP_ORACLE_FUNCTIONS` | how many functions, 1,000 if not set; half of them in each edition |
//! | `DROP_ORACLE_SEED` | the seed |
//! | `DROP_ORACLE_ONLY` | one function by its name, in both editions |
//! | `DROP_ORACLE_SHOWN` | how many failures are printed, 5 if not set |
//! | `DROP_ORACLE_BIN` | how many functions one program has |
//! | `DROP_ORACLE_VERBOSE` | `1` prints how many functions use each construct |
#![allow(clippy::print_stdout, reason = "the figures are for whoever runs the test")]

use std::collections::BTreeMap;
use std::env;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Instant;

use trace_memory_tests::oracle::compare::{self, Count, Section, Told};
use trace_memory_tests::oracle::{Bin, Function, Package, ROUNDS, function};
use trace_memory_tests::{Program, number, profile_folder};

const SEED: u64 = 20_260_101;
const FUNCTIONS: usize = 1_000;
const FUNCTIONS_PER_BIN: usize = 84;

/// How many failures are printed in full.
const SHOWN: usize = 5;

fn bins(seed: u64) -> Vec<Bin> {
    let all = number("DROP_ORACLE_FUNCTIONS").unwrap_or(FUNCTIONS);
    let per_bin = number("DROP_ORACLE_BIN").unwrap_or(FUNCTIONS_PER_BIN);
    let only = env::var("DROP_ORACLE_ONLY").ok();
    let indices: Vec<usize> = match &only {
        Some(name) => {
            vec![name.trim_start_matches('f').parse().expect("a function's name is `f` and a number")]
        }
        None => (0..all.div_ceil(2)).collect(),
    };
    let mut bins = Vec::new();
    for edition in ["2021", "2024"] {
        for (at, chunk) in indices.chunks(per_bin).enumerate() {
            let functions = chunk.iter().map(|index| function(seed, *index, edition == "2024")).collect();
            bins.push(Bin { edition, name: format!("b{edition}_{at:03}"), functions });
        }
    }
    bins
}

fn folder() -> PathBuf {
    let folder = if env::var_os("DROP_ORACLE_ONLY").is_some() { "drop-oracle-only" } else { "drop-oracle" };
    profile_folder().with_file_name(folder)
}

/// What is wrong, for somebody who wants to repeat it.
fn failure(seed: u64, bin: &Bin, function: &Function, run: (&Section, &Told), count: &Count) -> String {
    let (section, told) = run;
    let traced: Vec<String> = told
        .drops
        .iter()
        .map(|drop| format!("{}{}", drop.local, if drop.certain { "" } else { " (uncertain)" }))
        .collect();
    let frees: Vec<&str> =
        told.frees.iter().map(|of| of.map_or("-", |of| told.drops[of].local.as_str())).collect();
    format!(
        "seed {seed}, edition {}, `{}`, {count:?}\n{}\nlog      {}\ndropped  {}\ntraced   {}\nfreed in {}\n\
         again: DROP_ORACLE_SEED={seed} DROP_ORACLE_ONLY={}\n",
        bin.edition,
        function.name,
        function.source,
        log(section),
        compare::drops(section, told).iter().map(|names| names.join("+")).collect::<Vec<_>>().join(" "),
        traced.join(" | "),
        frees.join(" "),
        function.name,
    )
}

/// The lines of a run.
fn log(section: &Section) -> String {
    let lines = section.lines.iter().map(|(holder, activation)| format!("{holder}#{activation}"));
    lines.collect::<Vec<_>>().join(" ")
}

/// What the attribute changes, where it may change nothing.
fn changed(seed: u64, bin: &Bin, function: &Function, with: &Section, without: &Section) -> String {
    format!(
        "seed {seed}, edition {}, `{}`: the attribute changes what the program does\n{}\n\
         with     {}\nwithout  {}\n",
        bin.edition,
        function.name,
        function.source,
        log(with),
        log(without),
    )
}

/// Whether two failures are of one function.
fn same_function(a: &str, b: &str) -> bool {
    let name = |text: &str| text.split('`').nth(1).map(str::to_owned);
    name(a) == name(b)
}

/// Runs a program both ways, and compares.
fn check(seed: u64, package: &Package, bin: &Bin, failures: &mut Vec<String>) -> Count {
    let (run, trace) = Program::new(package.program(bin, true)).trace();
    let plain = Program::new(package.program(bin, false)).run();
    let sections = compare::sections(&run.stdout);
    let told = compare::told(&trace.lines, &bin.source());
    assert_eq!(sections.len(), bin.functions.len() * ROUNDS, "{}: {:?} {}", bin.name, run.status, run.stderr);
    assert_eq!(told.len(), sections.len(), "{}: every run has its frame", bin.name);
    assert_eq!(trace.end()["lost"], 0, "{}: nothing is lost", bin.name);
    let without = compare::sections(&plain.stdout);
    for (at, (with, without)) in sections.iter().zip(&without).enumerate() {
        if with.lines != without.lines {
            let function = &bin.functions[at % bin.functions.len()];
            failures.push(changed(seed, bin, function, with, without));
        }
    }
    assert!(run.stdout == plain.stdout || !failures.is_empty(), "{}: the output differs", bin.name);
    let mut all = Count::default();
    for (at, (section, told)) in sections.iter().zip(&told).enumerate() {
        let function = &bin.functions[at % bin.functions.len()];
        assert!(
            told.function.ends_with(&format!("::{}", section.name)),
            "{} {}",
            told.function,
            section.name
        );
        let count = compare::compare(section, told);
        if !count.agrees() {
            failures.push(failure(seed, bin, function, (section, told), &count));
        }
        all += count;
    }
    all
}

/// Builds all programs, or says which do not build.
fn build(package: &Package, traced: bool) {
    let start = Instant::now();
    if let Err(messages) = package.build(traced) {
        let end = messages.char_indices().nth(12_000).map_or(messages.len(), |(at, _)| at);
        panic!("the generated programs do not build (traced: {traced})\n{}", &messages[..end]);
    }
    println!("built (traced: {traced}) in {:.1} s", start.elapsed().as_secs_f64());
}

#[test]
fn traces_say_what_the_programs_say() {
    let seed = number("DROP_ORACLE_SEED").unwrap_or(SEED);
    let bins = bins(seed);
    let package = Package::write(&folder(), &bins);
    build(&package, false);
    build(&package, true);
    let start = Instant::now();
    let (mut all, mut failures) = (Count::default(), Vec::new());
    for bin in &bins {
        all += check(seed, &package, bin, &mut failures);
    }
    println!("ran and compared in {:.1} s", start.elapsed().as_secs_f64());
    println!("{}", table(&bins, &all));
    if env::var_os("DROP_ORACLE_VERBOSE").is_some() {
        println!("{}", constructs(&bins));
    }
    failures.sort_by_key(String::len);
    failures.dedup_by(|a, b| same_function(a, b));
    let shown = failures
        .iter()
        .take(number("DROP_ORACLE_SHOWN").unwrap_or(SHOWN))
        .cloned()
        .collect::<Vec<_>>()
        .join("\n");
    assert!(failures.is_empty(), "{} functions disagree\n\n{shown}\n{}", failures.len(), table(&bins, &all));
    assert!(
        all.uncertain * 200 <= all.traced + all.temporaries,
        "more than 0.5 % of the drops are uncertain"
    );
}

fn table(bins: &[Bin], count: &Count) -> String {
    let functions: usize = bins.iter().map(|bin| bin.functions.len()).sum();
    let per_mille = count.uncertain * 100_000 / (count.traced + count.temporaries).max(1);
    let rows = [
        ("functions", functions.to_string()),
        ("runs", (functions * ROUNDS).to_string()),
        ("logged drops", count.logged.to_string()),
        ("traced drops", count.traced.to_string()),
        ("wrong", count.wrong.to_string()),
        ("missing", count.missing.to_string()),
        ("extra", count.extra.to_string()),
        ("uncertain", format!("{} ({}.{:03} %)", count.uncertain, per_mille / 1000, per_mille % 1000)),
        ("temporaries", count.temporaries.to_string()),
        ("frees", count.freed.to_string()),
        ("wrong frees", count.wrong_frees.to_string()),
    ];
    let mut text = String::new();
    for (name, value) in rows {
        let _ = writeln!(text, "{name:<14}{value:>20}");
    }
    text
}

fn constructs(bins: &[Bin]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for function in bins.iter().flat_map(|bin| &bin.functions) {
        for construct in &function.constructs {
            *counts.entry(construct).or_default() += 1;
        }
    }
    counts.iter().fold(String::new(), |mut text, (name, count)| {
        let _ = writeln!(text, "{count:>8}  {name}");
        text
    })
}
