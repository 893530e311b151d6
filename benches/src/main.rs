//! What tracing costs at run time, against the plain program, the floor, and other tools.
//!
//! ```text
//! cargo run --release -p trace-memory-benches -- [--repetitions N] [--only TEXT] [--counts] [--json PATH]
//! ```
//!
//! The programs are in `programs`, the tools in `programs/tools`. Every repetition runs all variants one after the other,
//! and every ratio is of two runs of the same repetition; the tables show medians. `--only` keeps the variants with the
//! text in their title, beside plain, the floor and this project. `--counts` counts instructions in place of time,
//! of those three if `--only` does not add others.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is a benchmark")]

mod counts;
mod crates;
mod measure;
mod table;
mod variants;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use crates::Folder;
use measure::Runner;
use table::{Results, Runs};
use variants::{ALWAYS, SINK, Variant, Workload, programs, variants, workloads};

/// What the command line asks for.
struct Options {
    repetitions: usize,
    only: Option<String>,
    counts: bool,
    json: Option<PathBuf>,
}

fn options() -> Result<Options, String> {
    let mut options = Options { repetitions: 7, only: None, counts: false, json: None };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("`{argument}` needs a value"));
        match argument.as_str() {
            "--repetitions" => {
                let value = value()?;
                options.repetitions = value.parse().map_err(|_| format!("`{value}` is not a number"))?;
            }
            "--only" => options.only = Some(value()?),
            "--json" => options.json = Some(value()?.into()),
            "--counts" => options.counts = true,
            _ => return Err(format!("`{argument}` is not known; see the head of `benches/src/main.rs`")),
        }
    }
    Ok(options)
}

fn main() {
    let options = match options() {
        Ok(options) => options,
        Err(why) => {
            eprintln!("{why}");
            std::process::exit(2);
        }
    };
    let folder = Folder::new();
    let (rows, mut workloads) = (chosen(&options), workloads().to_vec());
    // A second thread does the same instructions.
    workloads.retain(|workload| workload.threads == 1 || !options.counts);
    let mut left_out = Vec::new();
    let built = build(&folder, &rows, &mut left_out);
    let rows: Vec<Variant> = rows.into_iter().filter(|row| built.contains_key(row.program)).collect();
    let runner = Runner::new(built, folder.scratch());
    if !runner.pinned {
        eprintln!("not pinned to a core: `taskset` cannot be run");
    }
    let no_counts = if options.counts { counts::missing() } else { None };
    let (mut runs, mut instructions) = (vec![vec![Vec::new(); rows.len()]; workloads.len()], Vec::new());
    if let Some(why) = no_counts {
        println!("no instructions: {why}");
        return;
    } else if options.counts {
        instructions = count(&runner, &rows, &workloads);
    } else {
        runs = time(&runner, &rows, &workloads, options.repetitions);
    }
    let results = Results { variants: &rows, workloads: &workloads, runs, instructions, left_out };
    println!("{}", results.markdown());
    let path = options.json.unwrap_or_else(|| folder.results());
    let text = format!("{:#}\n", results.json());
    match fs::write(&path, text) {
        Ok(()) => eprintln!("all numbers: {}", path.display()),
        Err(error) => eprintln!("{}: {error}", path.display()),
    }
}

/// The rows that were asked for.
fn chosen(options: &Options) -> Vec<Variant> {
    let mut rows = variants();
    let asked = |row: &Variant| match &options.only {
        Some(only) => row.title.contains(only.as_str()),
        None => !options.counts,
    };
    rows.retain(|row| ALWAYS.contains(&row.program) || asked(row));
    rows
}

fn build(
    folder: &Folder,
    rows: &[Variant],
    left_out: &mut Vec<(String, String)>,
) -> BTreeMap<&'static str, PathBuf> {
    let mut built = BTreeMap::new();
    for program in programs().iter().filter(|program| rows.iter().any(|row| row.program == program.name)) {
        eprintln!("building {}", program.name);
        match folder.build(program) {
            Ok(path) => _ = built.insert(program.name, path),
            Err(why) => left_out.push((program.name.to_owned(), why)),
        }
    }
    built
}

fn time(runner: &Runner, rows: &[Variant], workloads: &[Workload], repetitions: usize) -> Runs {
    let calibrated = |workload: &Workload, row: &Variant| match runner.calibrate(row, workload) {
        Ok(operations) => Some(operations),
        Err(why) => {
            eprintln!("{} does not run: {why}", row.title);
            None
        }
    };
    let mut runs = vec![vec![Vec::new(); rows.len()]; workloads.len()];
    for (column, workload) in workloads.iter().enumerate() {
        let operations: Vec<Option<u64>> = rows.iter().map(|row| calibrated(workload, row)).collect();
        let recorded = |row: &Variant| if row.sink == SINK { runner.events(row, workload) } else { None };
        let events: Vec<Option<f64>> = rows.iter().map(recorded).collect();
        for repetition in 1..=repetitions {
            eprintln!("{}: {repetition} of {repetitions}", workload.title);
            for (number, row) in rows.iter().enumerate() {
                let mut reading = operations[number].and_then(|times| runner.measure(row, workload, times));
                if let Some(reading) = &mut reading {
                    reading.kept = reading.kept.or(events[number]);
                }
                runs[column][number].push(reading);
            }
        }
    }
    runs
}

fn count(runner: &Runner, rows: &[Variant], workloads: &[Workload]) -> Vec<Vec<Option<f64>>> {
    let column = |workload: &Workload| {
        eprintln!("{}", workload.title);
        rows.iter().map(|row| counts::instructions(runner, row, workload)).collect()
    };
    workloads.iter().map(column).collect()
}
