//! Frames, threads, places and heap blocks where tracers that guess, or only count, are wrong.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use serde_json::Value;
use trace_memory_tests::{Program, Trace};

fn trace() -> &'static Trace {
    static TRACE: OnceLock<Trace> = OnceLock::new();
    TRACE.get_or_init(|| {
        let (run, trace) = Program::new(env!("CARGO_BIN_EXE_peers_frames")).trace();
        assert_eq!((run.status, run.stdout.as_str()), (Some(0), ""), "{}", run.stderr);
        trace
    })
}

/// The frames of a function.
fn frames(function: &str) -> Vec<u64> {
    let path = format!("peers_frames::{function}");
    let enters = trace().events("enter").filter(|event| event["fn"] == path.as_str());
    let frames: Vec<u64> = enters.map(|event| number(event, "frame")).collect();
    assert!(!frames.is_empty(), "{function} ran");
    frames
}

/// The events of one frame.
fn inside(frame: u64) -> impl Iterator<Item = &'static Value> {
    trace().lines.iter().filter(move |event| event["frame"] == frame)
}

fn of_kind(frame: u64, kind: &'static str) -> impl Iterator<Item = &'static Value> {
    inside(frame).filter(move |event| event["ev"] == kind)
}

#[track_caller]
fn number(event: &Value, key: &str) -> u64 {
    event[key].as_u64().unwrap_or_else(|| panic!("no {key}: {event}"))
}

fn text<'t>(event: &'t Value, key: &str) -> &'t str {
    event[key].as_str().unwrap_or_default()
}

#[test]
fn a_block_that_grows_is_a_series_of_events() {
    let frame = frames("grows")[0];
    let heap: Vec<_> = inside(frame).filter(|event| event["block"].is_u64()).collect();
    let blocks: BTreeSet<_> = heap.iter().map(|event| number(event, "block")).collect();
    assert_eq!(blocks.len(), 1, "{heap:?}");
    let steps: Vec<_> = heap.iter().map(|event| (text(event, "ev"), number(event, "bytes"))).collect();
    let grown = [32, 64, 128, 256, 512, 1024].map(|bytes| ("realloc", bytes));
    assert_eq!(steps.first(), Some(&("alloc", 8)));
    assert_eq!(steps[1..7], grown);
    assert_eq!(steps[7..], [("free", 1024)]);
}

#[test]
fn a_parameter_is_freed_inside_its_frame() {
    for (function, local, bytes) in [
        ("by_value", "list", 100),
        ("Owner::consumed", "self", 5),
        ("lengths", "left", 4),
        ("lengths", "_right", 5),
    ] {
        let frame = frames(function)[0];
        let free = of_kind(frame, "free").find(|event| event["dropping"]["local"] == local);
        assert_eq!(free.map(|event| number(event, "bytes")), Some(bytes), "{function}: {local}");
        let exit = of_kind(frame, "exit").next().expect("the frame ends");
        assert!(free.is_some_and(|free| number(free, "seq") < number(exit, "seq")), "{function}");
    }
}

#[test]
fn what_other_threads_allocate_is_told_with_their_number() {
    let frames = frames("work");
    let heap: BTreeSet<_> = frames
        .iter()
        .flat_map(|frame| of_kind(*frame, "alloc"))
        .map(|event| (number(event, "thread"), number(event, "bytes")))
        .collect();
    let threads: BTreeSet<_> = heap.iter().map(|(thread, _)| *thread).collect();
    assert_eq!(heap.iter().map(|(_, bytes)| *bytes).collect::<BTreeSet<_>>(), BTreeSet::from([1000, 2000]));
    assert_eq!(threads.len(), 2, "each worker has a number of its own: {heap:?}");
    for frame in frames {
        let threads: BTreeSet<_> = inside(frame).map(|event| number(event, "thread")).collect();
        assert_eq!(threads.len(), 1, "the events of a frame are of one thread");
        assert_eq!(of_kind(frame, "free").count(), 1);
    }
}

#[test]
fn each_activation_has_a_frame_of_its_own() {
    let frames = frames("recursive");
    assert_eq!(frames.iter().collect::<BTreeSet<_>>().len(), 4);
    let parents: Vec<_> = frames.iter().map(|frame| inside(*frame).next().expect("it starts")).collect();
    for (outer, inner) in frames.iter().zip(&parents[1..]) {
        assert_eq!(number(inner, "parent"), *outer);
    }
    let places: BTreeSet<_> = frames
        .iter()
        .flat_map(|frame| of_kind(*frame, "bind"))
        .filter(|event| event["local"] == "text")
        .map(|event| number(event, "addr"))
        .collect();
    assert_eq!(places.len(), 4, "four locals of one name, in four places");
}

#[test]
fn every_frame_ends_once() {
    for enter in trace().events("enter") {
        let exits = of_kind(number(enter, "frame"), "exit");
        assert_eq!(exits.map(|exit| text(exit, "how")).collect::<Vec<_>>(), ["return"], "{enter}");
    }
    for frame in frames("early") {
        let ends: Vec<_> = inside(frame)
            .map(|event| text(event, "ev"))
            .filter(|kind| ["drop", "exit"].contains(kind))
            .collect();
        assert_eq!(ends, ["drop", "exit"], "the local is dropped on every way out");
    }
}

#[test]
fn a_tail_runs_before_the_drops() {
    let (outer, inner) = (frames("tail")[0], frames("length")[0]);
    let drop = of_kind(outer, "drop").next().expect("`text` is dropped");
    let exit = of_kind(inner, "exit").next().expect("the call ends");
    assert!(number(exit, "seq") < number(drop, "seq"), "{exit} {drop}");
}

#[test]
fn locals_of_one_name_have_slots_of_their_own() {
    let frame = frames("shadowed")[0];
    let slots = |kind| of_kind(frame, kind).map(|event| number(event, "slot")).collect::<Vec<_>>();
    let (bound, mut dropped) = (slots("bind"), slots("drop"));
    assert_eq!(bound.iter().collect::<BTreeSet<_>>().len(), 2);
    dropped.reverse();
    assert_eq!(bound, dropped, "the last is dropped first");
}

#[test]
fn a_copy_is_no_move() {
    let frame = frames("copied")[0];
    assert_eq!(of_kind(frame, "bind").count(), 2);
    assert_eq!(of_kind(frame, "move").chain(of_kind(frame, "drop")).next(), None);
}

#[test]
fn places_are_told_apart() {
    let frame = frames("places")[0];
    let regions = |local: &str| {
        let bind = of_kind(frame, "bind").find(|event| event["local"] == local).expect("it is bound");
        let pointers = bind["points_to"].as_array().into_iter().flatten();
        pointers.map(|pointer| text(pointer, "region")).collect::<Vec<_>>().join(" ")
    };
    for (local, region) in [
        ("array", ""),
        ("to_static", "static"),
        ("to_const", "static"),
        ("literal", "static"),
        ("empty", ""),
        ("roomy", "heap"),
    ] {
        assert_eq!(regions(local), region, "{local}");
    }
}

#[test]
fn what_is_forgotten_is_neither_dropped_nor_freed() {
    let frame = frames("forgotten")[0];
    let kinds: Vec<_> = inside(frame).map(|event| text(event, "ev")).collect();
    assert!(!kinds.contains(&"drop") && !kinds.contains(&"free"), "{kinds:?}");
    let block = of_kind(frame, "alloc").next().map(|event| number(event, "block"));
    let freed: BTreeSet<_> = trace().events("free").map(|event| number(event, "block")).collect();
    assert!(block.is_some_and(|block| !freed.contains(&block)));
}

/// The frame of a `drop` stands below the drop of the local, and says which part of it is dropped.
#[test]
fn a_drop_says_which_part_it_is_of() {
    let frame = frames("parts")[0];
    let drops = trace().events("enter").filter(|event| event["parent"] == frame);
    let told: Vec<(&str, Option<&str>)> = drops
        .map(|enter| {
            let bind = of_kind(number(enter, "frame"), "bind").next().expect("self is a local");
            (enter["dropping"]["local"].as_str().expect("a local is dropped"), bind["part"].as_str())
        })
        .collect();
    let fields: BTreeSet<_> =
        told.iter().filter(|(local, _)| *local == "pair").map(|(_, part)| *part).collect();
    assert_eq!(fields, BTreeSet::from([Some("pair + 0 B"), Some("pair + 8 B")]));
    let others: Vec<_> = told.into_iter().filter(|(local, _)| *local != "pair").collect();
    let expected = [
        ("list", Some("list[0]")),
        ("list", Some("list[1]")),
        ("array", Some("array[0]")),
        ("array", Some("array[1]")),
        ("boxed", Some("*boxed")),
        ("whole", None),
    ];
    assert_eq!(others, expected);
}
