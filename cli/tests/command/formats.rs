//! A trace of records and a trace of lines of the same run: the same reports, byte by byte.

use crate::support::{Traces, said, test_program};
use trace_memory_tests::Program;

/// Verbs that need no name of a function.
const VERBS: [&str; 5] = ["tree", "summary", "leaks", "sites", "check"];

#[track_caller]
fn same_reports(traces: &Traces, function: Option<&str>) {
    let plain = VERBS.iter().map(|verb| vec![*verb]);
    let named = function.into_iter().flat_map(|name| [vec!["drops", name], vec!["show", name]]);
    for arguments in plain.chain(named) {
        for format in ["text", "json"] {
            let report = |trace: &str| {
                let said = said(&[&arguments[..], &[trace, "--format", format]].concat());
                let stdout = said
                    .stdout
                    .replace(trace, "TRACE")
                    .replace("json, version 1", "bin, version 3")
                    .replace("json", "bin");
                (stdout, said.stderr.replace(trace, "TRACE"), said.status)
            };
            let (bin, json) = (report(traces.bin()), report(traces.json()));
            assert_eq!(bin, json, "{arguments:?} as {format}");
            assert_eq!(bin.2, Some(0), "{arguments:?} as {format}: {}", bin.1);
        }
    }
}

#[test]
fn of_examples() {
    same_reports(crate::support::orders(), Some("orders::ship"));
    same_reports(&Traces::of(Program::example("stack_and_heap")), Some("sizes"));
    same_reports(&Traces::of(Program::example("drop_order")), Some("looped"));
}

#[test]
fn of_violations() {
    let traces = Traces::of_loud(test_program("violates_once"));
    let lines = std::fs::read_to_string(&traces.json).expect("a trace");
    assert!(lines.contains("\"ev\":\"violation\""), "the program breaks its rule");
    same_reports(&traces, Some("strict"));
}

#[test]
fn of_threads_and_panics() {
    same_reports(&Traces::of(test_program("schema_threads")), Some("inner"));
}

#[test]
fn of_futures() {
    let traces = Traces::of(test_program("futures_tokio"));
    for verb in VERBS {
        let report = |trace: &str| {
            let said = said(&[verb, trace]);
            (
                said.stdout
                    .replace(trace, "TRACE")
                    .replace("json, version 1", "bin, version 3")
                    .replace("json", "bin"),
                said.stderr,
                said.status,
            )
        };
        assert_eq!(report(traces.bin()), report(traces.json()), "{verb}");
    }
    traces.remove();
}

#[test]
fn of_locals_and_values() {
    same_reports(&Traces::of(test_program("schema_locals")), None);
    same_reports(&Traces::of(test_program("schema_values")), None);
}
