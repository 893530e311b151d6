//! The sums of the reports against sums made in the plainest way, from the lines of the trace: each event is added to
//! every frame that is open around it.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use crate::support::{Traces, orders, said, test_program};
use trace_memory_tests::Program;

/// What a function comes to: calls, allocations and bytes of its own, bytes with callees, peak, drops.
#[derive(Debug, Default, PartialEq, Eq)]
struct Sum {
    calls: u64,
    allocs: u64,
    bytes: u64,
    total_bytes: u64,
    peak: i64,
    drops: u64,
}

#[derive(Debug)]
struct Frame {
    function: String,
    thread: u64,
    parent: Option<u64>,
    held: i64,
    peak: i64,
}

fn lines(traces: &Traces) -> Vec<Value> {
    let text = fs::read_to_string(&traces.json).expect("a trace");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// Bytes that an event asks for, and those that it gives back.
fn bytes(event: &Value) -> (u64, u64) {
    let number = |key: &str| event[key].as_u64().unwrap_or(0);
    match event["ev"].as_str() {
        Some("alloc") => (number("bytes"), 0),
        Some("free") => (0, number("bytes")),
        Some("realloc") => (
            number("bytes").saturating_sub(number("old_bytes")),
            number("old_bytes").saturating_sub(number("bytes")),
        ),
        _ => (0, 0),
    }
}

/// For programs without futures.
fn by_function(traces: &Traces) -> BTreeMap<String, Sum> {
    let mut sums: BTreeMap<String, Sum> = BTreeMap::new();
    let mut frames: BTreeMap<u64, Frame> = BTreeMap::new();
    for event in lines(traces) {
        let Some(frame) = event["frame"].as_u64() else { continue };
        match event["ev"].as_str() {
            Some("enter") => {
                let function = event["fn"].as_str().expect("a name").to_owned();
                sums.entry(function.clone()).or_default().calls += 1;
                let (thread, parent) =
                    (event["thread"].as_u64().expect("a thread"), event["parent"].as_u64());
                frames.insert(frame, Frame { function, thread, parent, held: 0, peak: 0 });
            }
            Some("exit") => {
                let ended = frames.remove(&frame).expect("an open frame");
                let sum = sums.get_mut(&ended.function).expect("a function that was entered");
                sum.peak = sum.peak.max(ended.peak);
            }
            Some("drop") => sums.get_mut(&frames[&frame].function).expect("a function").drops += 1,
            Some("alloc" | "realloc" | "free") => add_heap(&event, frame, &mut frames, &mut sums),
            _ => {}
        }
    }
    assert!(frames.is_empty(), "all frames end");
    sums
}

fn add_heap(event: &Value, frame: u64, frames: &mut BTreeMap<u64, Frame>, sums: &mut BTreeMap<String, Sum>) {
    let (new, freed) = bytes(event);
    let own = sums.get_mut(&frames[&frame].function).expect("a function");
    own.allocs += u64::from(event["ev"] == "alloc");
    own.bytes += new;
    let (mut at, mut seen) = (Some(frame), Vec::new());
    while let Some(open) = at.and_then(|number| frames.get_mut(&number)) {
        open.held += i64::try_from(new).expect("small") - i64::try_from(freed).expect("small");
        open.peak = open.peak.max(open.held);
        if !seen.contains(&open.function) {
            sums.get_mut(&open.function).expect("a function").total_bytes += new;
            seen.push(open.function.clone());
        }
        let thread = open.thread;
        at = open.parent.filter(|parent| frames.get(parent).is_some_and(|parent| parent.thread == thread));
    }
}

fn json(arguments: &[&str]) -> Value {
    let report = said(&[arguments, &["--format", "json"]].concat()).report();
    serde_json::from_str(&report).expect("JSON")
}

#[track_caller]
fn functions_are_right(traces: &Traces) {
    let report = json(&["summary", traces.bin()]);
    let number = |value: &Value| value.as_u64().expect("a number");
    let rows = report["functions"].as_array().expect("rows").iter().map(|row| {
        let sum = Sum {
            calls: number(&row["calls"]),
            allocs: number(&row["own"]["allocs"]),
            bytes: number(&row["own"]["bytes"]),
            total_bytes: number(&row["with_callees"]["bytes"]),
            peak: i64::try_from(number(&row["peak_bytes"])).expect("small"),
            drops: number(&row["drops"]),
        };
        (row["fn"].as_str().expect("a name").to_owned(), sum)
    });
    let (rows, expected) = (rows.collect::<BTreeMap<_, _>>(), by_function(traces));
    assert!(expected.values().any(|sum| sum.allocs > 0), "something is allocated");
    assert_eq!(rows, expected);
}

#[test]
fn functions() {
    functions_are_right(orders());
    functions_are_right(&Traces::of(Program::example("stack_and_heap")));
    functions_are_right(&Traces::of(Program::example("drop_order")));
    functions_are_right(&Traces::of(test_program("schema_threads")));
}

/// By function, line and column: allocations, bytes, blocks freed before their thread allocated again, blocks
/// alive at the end.
type Sites = BTreeMap<(Option<String>, Option<u64>, Option<u64>), [u64; 4]>;

fn by_site(traces: &Traces) -> Sites {
    let (mut sites, mut frames, mut blocks) = (Sites::new(), BTreeMap::new(), BTreeMap::new());
    let mut newest: BTreeMap<u64, u64> = BTreeMap::new();
    for event in lines(traces) {
        let (ev, block) = (event["ev"].as_str().unwrap_or_default(), event["block"].as_u64());
        let thread = event["thread"].as_u64().unwrap_or(0);
        if ev == "enter" {
            frames.insert(event["frame"].as_u64(), event["fn"].as_str().map(str::to_owned));
        }
        let Some(block) = block.filter(|_| ["alloc", "realloc", "free"].contains(&ev)) else { continue };
        if ev == "alloc" {
            let function = frames.get(&event["frame"].as_u64()).cloned().flatten();
            blocks.insert(block, (thread, (function, event["line"].as_u64(), event["column"].as_u64())));
            newest.insert(thread, block);
        }
        let (allocator, site) = blocks[&block].clone();
        let sum = sites.entry(site).or_default();
        sum[0] += u64::from(ev == "alloc");
        sum[1] += bytes(&event).0;
        if ev == "free" {
            sum[2] += u64::from(allocator == thread && newest.get(&thread) == Some(&block));
            blocks.remove(&block);
        }
    }
    for (_, site) in blocks.into_values() {
        sites.get_mut(&site).expect("a site")[3] += 1;
    }
    sites
}

#[track_caller]
fn sites_are_right(traces: &Traces) {
    let report = json(&["sites", traces.bin()]);
    let rows = report["sites"].as_array().expect("rows").iter().map(|row| {
        let place = (row["fn"].as_str().map(str::to_owned), row["line"].as_u64(), row["column"].as_u64());
        let keys = ["allocs", "bytes", "temporary", "live_blocks"];
        (place, keys.map(|key| row[key].as_u64().expect("a number")))
    });
    assert_eq!(rows.collect::<Sites>(), by_site(traces));
}

#[test]
fn sites() {
    sites_are_right(orders());
    sites_are_right(&Traces::of(Program::example("drop_order")));
    sites_are_right(&Traces::of(test_program("schema_threads")));
    sites_are_right(&Traces::of(test_program("futures_tokio")));
}

#[test]
fn leaks_are_the_blocks_without_a_free() {
    for traces in [orders(), &Traces::of(test_program("futures_tokio"))] {
        let mut alive = BTreeMap::new();
        for event in lines(traces) {
            match event["ev"].as_str() {
                Some("alloc" | "realloc") => {
                    alive.insert(event["block"].as_u64(), event["bytes"].as_u64());
                }
                Some("free") => _ = alive.remove(&event["block"].as_u64()),
                _ => {}
            }
        }
        let report = json(&["leaks", traces.bin()]);
        let rows = report["leaks"].as_array().expect("rows").iter();
        let leaks: BTreeMap<_, _> = rows.map(|row| (row["block"].as_u64(), row["bytes"].as_u64())).collect();
        assert!(!alive.is_empty(), "something leaks");
        assert_eq!(leaks, alive);
    }
}

#[test]
fn drops_are_those_of_the_program() {
    // The program itself says what it drops.
    let traces = Traces::of(Program::example("drop_order"));
    let report = json(&["drops", "drop_order::locals", traces.bin()]);
    let drops = report["orders"][0]["drops"].as_array().expect("drops");
    let locals: Vec<_> = drops.iter().filter_map(|drop| drop["local"].as_str()).collect();
    let log = Program::example("drop_order").env("TRACE_MEMORY", "off").run();
    let logged = log.logged_drops();
    assert!(locals.len() > 1 && logged.starts_with(&locals), "{locals:?} {logged:?}");
}
