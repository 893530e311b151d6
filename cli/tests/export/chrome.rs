//! Chrome's Trace Event Format against its rules.

use std::collections::{BTreeMap, HashMap};
use std::fs;

use serde_json::{Value, json};

use crate::subject::export;
use crate::truth::{number, text, totals};

#[test]
fn a_chrome_trace_keeps_the_rules() {
    let file = fs::read(export("subject.chrome.json", &[])).expect("a file");
    let file: Value = serde_json::from_slice(&file).expect("JSON");
    assert_eq!(file["displayTimeUnit"], "ns");
    assert_eq!(file["otherData"], json!({ "missing": "nothing" }));
    let totals = totals();
    let (mut last, mut stacks, mut calls) = (0.0, HashMap::<u64, Vec<&str>>::new(), BTreeMap::new());
    let (mut instants, mut names, mut live, mut peak) = (HashMap::<&str, u64>::new(), Vec::new(), 0, 0);
    for event in file["traceEvents"].as_array().expect("a list") {
        let at_us = event["ts"].as_f64().expect("a time");
        assert!(at_us >= last, "time does not go back: {event}");
        last = at_us;
        assert!(event["pid"].is_u64(), "{event}");
        match text(event, "ph") {
            "M" => names.push(text(&event["args"], "name")),
            "B" => {
                let name = text(event, "name");
                assert!(
                    text(&event["args"], "file").contains("export_subject") && event["args"]["line"].is_u64()
                );
                stacks.entry(number(event, "tid")).or_default().push(name);
                *calls.entry(name.to_owned()).or_insert(0) += 1;
            }
            "E" => _ = stacks.get_mut(&number(event, "tid")).and_then(Vec::pop).expect("it was begun"),
            "i" => {
                assert_eq!((text(event, "s"), event["tid"].is_u64()), ("t", true));
                *instants.entry(text(event, "name")).or_default() += 1;
            }
            "C" if event["name"] == "live heap" => {
                live = number(&event["args"], "bytes");
                peak = peak.max(live);
            }
            "C" => assert_eq!(event["name"], "live blocks"),
            other => panic!("a phase that is not written: {other}"),
        }
    }
    assert!(stacks.values().all(Vec::is_empty), "{stacks:?}");
    // The pause ends a row, and the second poll begins one.
    *calls.get_mut("export_subject::pausing").expect("the future is polled") -= 1;
    assert_eq!(calls, totals.calls);
    assert_eq!((instants["alloc"], instants["free"]), (totals.blocks, totals.frees));
    assert_eq!((live, peak), (totals.live_bytes, totals.peak_bytes));
    // The thread allocates before it calls a traced function, which is where its name is said.
    assert_eq!(names, ["export_subject", "main", "thread 2", "worker \"1\""]);
}
