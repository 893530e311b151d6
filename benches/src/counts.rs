//! Instructions of an operation, counted by callgrind: they do not depend on what else the machine does, so CI can hold
//! a ratio.
//!
//! What the kernel does, and how long memory takes, is not in them; and the clock costs more than its instructions. Only
//! what the harness's function `work` does is counted, for two numbers of operations: the difference is without what
//! comes once.

use std::process::Command;

use crate::measure::{Runner, WITH_WARM_UP, arguments, count};
use crate::variants::{Variant, Workload};

/// Why instructions cannot be counted, if they cannot.
pub(crate) fn missing() -> Option<String> {
    match Command::new("valgrind").arg("--version").output() {
        Ok(output) if output.status.success() => None,
        Ok(output) => Some(format!("`valgrind --version`: {}", output.status)),
        Err(error) => Some(format!("`valgrind` cannot be run: {error}")),
    }
}

/// The instructions of an operation.
pub(crate) fn instructions(runner: &Runner, variant: &Variant, workload: &Workload) -> Option<f64> {
    let (few, many) = (workload.least, workload.least * 3);
    let less = collected(runner, variant, workload, few)?;
    let more = collected(runner, variant, workload, many)?;
    let operations = count(many - few) * WITH_WARM_UP * f64::from(workload.threads);
    Some((more - less) / operations)
}

fn collected(runner: &Runner, variant: &Variant, workload: &Workload, operations: u64) -> Option<f64> {
    let before = [
        "valgrind",
        "--tool=callgrind",
        "--callgrind-out-file=/dev/null",
        "--toggle-collect=*::harness::work*",
    ];
    let output = runner.command(&before, variant, &arguments(workload, operations)).output().ok()?;
    let text = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        eprintln!("{} does not run under callgrind: {text}", variant.title);
        return None;
    }
    number(&text)
}

/// What callgrind says at the end: `==7== Collected : 123`.
fn number(text: &str) -> Option<f64> {
    text.lines().rev().find_map(|line| line.split_once("Collected : ")?.1.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_number_is_found() {
        assert_eq!(super::number("==7== \n==7== Collected : 123\n==7== bye"), Some(123.0));
        assert_eq!(super::number("no"), None);
    }
}
