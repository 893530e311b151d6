//! Runs the programs, one after the other in each repetition, so that what else the machine does meets all of them.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::variants::{Variant, Workload};

/// How long a run is to take, in nanoseconds: long for the clock, short for the reader.
const RUN: f64 = 100e6;

/// What a program does, warm-up and all, for an operation that is measured.
pub(crate) const WITH_WARM_UP: f64 = 1.1;

/// What a run says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading {
    /// Nanoseconds for an operation: those of the processors with one thread, in all threads of the process; those that
    /// passed, with more.
    pub(crate) time: f64,
    /// Events that were kept for an operation, if the program knows.
    pub(crate) kept: Option<f64>,
}

/// The programs that were built, and how they run.
#[derive(Debug)]
pub(crate) struct Runner {
    pub(crate) built: BTreeMap<&'static str, PathBuf>,
    /// Where the programs write.
    pub(crate) scratch: PathBuf,
    /// Whether `taskset` is there.
    pub(crate) pinned: bool,
}

impl Runner {
    pub(crate) fn new(built: BTreeMap<&'static str, PathBuf>, scratch: PathBuf) -> Self {
        let pinned = Command::new("taskset").args(["-c", "0", "true"]).output();
        Self { built, scratch, pinned: pinned.is_ok_and(|output| output.status.success()) }
    }

    /// The command of a variant, behind `before`.
    pub(crate) fn command(&self, before: &[&str], variant: &Variant, arguments: &[String]) -> Command {
        let program: &Path = &self.built[variant.program];
        let mut command = match before {
            [] => Command::new(program),
            [first, rest @ ..] => {
                let mut command = Command::new(first);
                command.args(rest).arg(program);
                command
            }
        };
        for name in ["TRACE_MEMORY_STABLE", "TRACE_MEMORY_STACK_ONLY", "HOTPATH_OUTPUT_PATH"] {
            command.env_remove(name);
        }
        command.args(arguments).env("TRACE_MEMORY", variant.sink).env("TMPDIR", &self.scratch);
        // There is one file: all of them would fill the disk.
        command.env("TRACE_MEMORY_OVERWRITE", "1");
        command.current_dir(&self.scratch);
        command
    }

    /// One run.
    fn run(&self, variant: &Variant, workload: &Workload, operations: u64) -> Result<Reading, String> {
        let before: &[&str] =
            if self.pinned && workload.threads == 1 { &["taskset", "-c", "0"] } else { &[] };
        let mut command = self.command(before, variant, &arguments(workload, operations));
        let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let wrong =
            || format!("{command:?}: {}\n{text}{}", output.status, String::from_utf8_lossy(&output.stderr));
        let mut fields = text.split_whitespace();
        let mut number = || fields.next().and_then(|field| field.parse::<f64>().ok());
        let (Some(passed), Some(spent)) = (number(), number()) else { return Err(wrong()) };
        let operations = count(operations);
        // What is kept includes the warm-up.
        let kept = number().map(|kept| kept / (operations * WITH_WARM_UP * f64::from(workload.threads)));
        let time = if workload.threads == 1 { spent } else { passed };
        Ok(Reading { time: time / operations, kept })
    }

    /// As many operations as take [`RUN`].
    pub(crate) fn calibrate(&self, variant: &Variant, workload: &Workload) -> Result<u64, String> {
        let first = self.run(variant, workload, workload.least)?;
        let wanted = RUN / first.time.max(0.1);
        let fits = |steps: &u64| count(steps * workload.least) < wanted;
        Ok((1..=workload.most / workload.least)
            .find(|steps| !fits(steps))
            .map_or(workload.most, |steps| steps * workload.least))
    }

    /// How many events of an operation are in the traces of this project, as the end of a JSON trace says.
    pub(crate) fn events(&self, variant: &Variant, workload: &Workload) -> Option<f64> {
        let path = self.scratch.join("events.jsonl");
        let mut command = self.command(&[], variant, &arguments(workload, workload.least));
        command.env("TRACE_MEMORY", format!("json:{}", path.display())).env("TRACE_MEMORY_OVERWRITE", "1");
        command.output().ok()?;
        let last = BufReader::new(File::open(&path).ok()?).lines().map_while(Result::ok).last()?;
        let end: serde_json::Value = serde_json::from_str(&last).ok()?;
        let operations = count(workload.least) * WITH_WARM_UP * f64::from(workload.threads);
        fs::remove_file(&path).ok()?;
        Some(end["events"].as_f64()? / operations)
    }

    /// A run of the operations that were found by [`Self::calibrate`].
    pub(crate) fn measure(&self, variant: &Variant, workload: &Workload, operations: u64) -> Option<Reading> {
        let reading = self.run(variant, workload, operations);
        reading.inspect_err(|why| eprintln!("{} does not run: {why}", variant.title)).ok()
    }
}

/// What a program is to do.
pub(crate) fn arguments(workload: &Workload, operations: u64) -> [String; 3] {
    [workload.name.to_owned(), operations.to_string(), workload.threads.to_string()]
}

/// A count of operations as a number to divide by.
#[expect(clippy::cast_precision_loss, reason = "operations are some millions")]
pub(crate) fn count(operations: u64) -> f64 {
    operations as f64
}

/// The middle one; of an even number, the mean of the two.
pub(crate) fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let above = *values.get(middle)?;
    Some(if values.len() % 2 == 1 { above } else { f64::midpoint(values[middle - 1], above) })
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn medians() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), Some(2.5));
    }
}
