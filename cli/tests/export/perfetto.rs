//! Perfetto, read with the messages that it publishes.

use std::process::Command;

use serde_json::{Value, json};

use crate::subject::export;
use crate::tools::{python, read_with, script, skip};
use crate::truth::{KNOWN, ODD, number, totals};

fn read(name: &str, arguments: &[&str]) -> Option<Value> {
    match python() {
        Ok(python) => {
            let trace = export(name, arguments);
            Some(read_with(Command::new(python).arg(script("read_perfetto.py")).arg(trace)))
        }
        Err(why) => {
            skip("perfetto", why);
            None
        }
    }
}

#[test]
fn perfetto_reads_what_the_program_did() {
    let Some(read) = read("subject.pftrace", &[]) else { return };
    let totals = totals();
    assert_eq!(read["process"], "export_subject");
    assert_eq!(read["threads"], json!(["main", "worker \"1\""]));
    for (function, calls) in &totals.calls {
        let polls = u64::from(function.ends_with("pausing"));
        assert_eq!(number(&read["slices"], function), calls + polls, "{function}");
    }
    assert_eq!(read["open"], 0);
    assert_eq!(number(&read["ends"], "unwind"), 1);
    assert_eq!(number(&read["ends"], "pending"), 1);
    for (function, [blocks, bytes, ..]) in KNOWN {
        assert_eq!(read["functions"][function], json!([blocks, bytes]), "{function}");
    }
    assert_eq!(number(&read["instants"], "alloc"), totals.blocks);
    assert_eq!(number(&read["instants"], "free"), totals.frees);
    let weight = |track: &str| read["weights"][track].as_f64().expect("a weight");
    #[expect(clippy::cast_precision_loss, reason = "a few megabytes")]
    let (bytes, live) = (totals.bytes as f64, totals.live_bytes as f64);
    assert!((weight("allocations") - bytes).abs() < 0.5, "{read}");
    assert!((weight("allocations") - weight("frees") - live).abs() < 0.5, "{read}");
    assert_eq!(number(&read["counters"], "live heap"), totals.live_bytes);
    assert_eq!(number(&read["counters"], "live blocks"), totals.live_blocks);
    assert_eq!(number(&read["peaks"], "live heap"), totals.peak_bytes);
    assert_eq!(number(&read, "unclosed_flows"), totals.live_blocks);
    assert_eq!(read["categories"], json!(["block", "frame", "heap", "local"]));
    // 256 calls, one row for those between, the innermost, and the statement.
    assert_eq!(number(&read, "deepest"), 259);
    let about = |event: &str| &read["annotations"][event];
    assert_eq!(*about("alloc"), json!(["addr", "align", "block", "bytes"]));
    assert_eq!(*about("bind seven"), json!(["addr", "bytes", "line", "slot", "type"]));
    assert_eq!(*about("drop seven"), json!(["certain", "of", "partial", "reason", "slot"]));
    assert_eq!(*about("move moved"), json!(["certain", "into", "line", "partial", "slot"]));
}

#[test]
fn perfetto_shows_the_owners_of_blocks() {
    let Some(read) = read("owners.pftrace", &["--block-tracks", "1000"]) else { return };
    let states: Vec<Vec<&str>> = read["states"]
        .as_object()
        .expect("tracks by name")
        .values()
        .map(|states| states.as_array().expect("a list").iter().filter_map(Value::as_str).collect())
        .collect();
    assert_eq!(states.len() as u64, totals().blocks, "each block has a track");
    let with = |text: &str| {
        let found: Vec<_> =
            states.iter().filter(|states| states.iter().any(|one| one.contains(text))).collect();
        assert!(!found.is_empty(), "no block is ever `{text}`: {states:#?}");
        found[0].clone()
    };
    assert_eq!(with("`seven`"), ["allocated", &format!("owned by `seven` of {ODD}"), "freed"]);
    let bytes = "owned by `bytes` of export_subject::grow";
    assert_eq!(with(bytes), ["allocated", bytes, "resized", "freed"]);
    let moved =
        ["allocated", "owned by `moved` of export_subject::kept", "moved out of `moved` (return)", "freed"];
    assert_eq!(with("`moved`"), moved);
    let few = read_few();
    assert_eq!(few.map(|few| few["states"].as_object().map(serde_json::Map::len)), Some(Some(5)));
}

fn read_few() -> Option<Value> {
    read("few.pftrace", &["--block-tracks", "5"])
}
