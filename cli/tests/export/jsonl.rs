//! JSON Lines against the schema of the trace.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::subject::{export, lines, run, run_on};
use crate::truth::{number, totals};

#[test]
fn every_line_keeps_to_the_schema() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime/schema/trace.schema.json");
    let schema: Value = serde_json::from_slice(&fs::read(path).expect("the schema is there")).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is complete");
    for line in lines() {
        assert!(validator.is_valid(line), "{line}");
    }
    let (first, last) = (&lines()[0], lines().last().expect("an end"));
    assert_eq!((number(first, "trace_memory"), &first["program"]), (1, &Value::from("export_subject")));
    assert_eq!(number(last, "events"), lines().len() as u64 - 2);
    assert_eq!([number(last, "allocs"), number(last, "frees")], [totals().blocks, totals().frees]);
    assert_eq!(number(last, "lost"), 0);
}

/// Nothing that an export needs is lost on the way through JSON.
#[test]
fn an_export_of_an_export_is_the_same() {
    let json = export("subject.jsonl", &[]);
    for format in ["jsonl", "folded", "dhat", "pprof", "perfetto", "chrome"] {
        let [one, other] =
            [run(&["--format", format, "-o", "-"]), run_on(&json, &["--format", format, "-o", "-"])];
        assert!(one.status.success() && !one.stdout.is_empty(), "{format}");
        assert!(one.stdout == other.stdout, "{format} differs");
    }
}
