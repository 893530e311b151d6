//! Threads that pass blocks around: whatever the scheduler did, the records are in an order that can have been.
//!
//! A million events; as many as `TRACE_MEMORY_EVENTS` says, if it is set. The figures:
//! `TRACE_MEMORY_EVENTS=10000000 cargo test -p trace-memory-tests --test order -- --nocapture`.
#![cfg(target_os = "linux")]
#![expect(clippy::print_stdout, reason = "the figures are for people to read")]

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use trace_memory::file::Reader;
use trace_memory::record::{Fact, Record};
use trace_memory_tests::replay::{Lines, Replay};
use trace_memory_tests::{Program, scratch};

const THREADS: u64 = 4;

fn events() -> u64 {
    let set = std::env::var("TRACE_MEMORY_EVENTS").ok();
    set.map_or(1_000_000, |events| events.parse().expect("`TRACE_MEMORY_EVENTS` is a number"))
}

/// Runs the program with a trace: what it has counted, and the trace.
fn run(kind: &str, events: u64) -> (BTreeMap<String, u64>, PathBuf) {
    let path = scratch("passed");
    let program = Program::new(env!("CARGO_BIN_EXE_blocks_passed")).arg((events / THREADS).to_string());
    // With a cache for each thread, few addresses go from one to another.
    let shared = "glibc.malloc.arena_max=1:glibc.malloc.tcache_count=0";
    let setting = format!("{kind}:{}", path.display());
    let run = program.env("GLIBC_TUNABLES", shared).env("TRACE_MEMORY", setting).run();
    assert_eq!((run.status, run.stderr.as_str()), (Some(0), ""));
    let counts = run.stdout.lines().map(|line| {
        let (name, count) = line.split_once(' ').expect("a name and a number");
        (name.to_owned(), count.parse().expect("a number"))
    });
    (counts.collect(), path)
}

/// Which functions the program counts in.
fn is_counted(function: &str) -> bool {
    let generic = function.split('<').next().unwrap_or(function);
    generic.ends_with("::turns") || generic.ends_with("::passes")
}

/// Hands on the records of a whole trace.
fn read(path: &Path, each: &mut dyn FnMut(Record)) {
    let losses = Reader::open(path).expect("a trace").records(each).expect("records");
    assert_eq!((losses.lost, losses.skipped, losses.non_lifo), (0, 0, 0));
}

#[test]
fn four_threads_and_no_contradiction() {
    let (expected, path) = run("bin", events());
    let (mut replay, mut records) = (Replay::default(), 0_u64);
    let (mut counted, mut found) = (HashMap::new(), BTreeMap::<_, u64>::new());
    read(&path, &mut |record| {
        replay.add(&record);
        records += 1;
        let (name, frame) = match record.fact {
            Fact::Enter { frame, path, .. } => {
                counted.insert(frame, is_counted(path));
                return;
            }
            Fact::Alloc { frame, .. } => ("allocs", frame),
            Fact::Reallocating { frame, .. } => ("reallocs", frame),
            Fact::Free { frame, .. } => ("frees", frame),
            _ => return,
        };
        *found.entry(name.to_owned()).or_default() += u64::from(counted.get(&frame) == Some(&true));
    });
    let bytes = fs::metadata(&path).expect("the trace").len();
    fs::remove_file(&path).expect("the trace");
    let Replay { contradictions, first, heap, handed_over, used_again, .. } = replay;
    println!(
        "{records} records, {heap} of the heap, {bytes} bytes; {handed_over} blocks handed over, {used_again} addresses \
         used again by another thread; {contradictions} contradictions"
    );
    assert_eq!(contradictions, 0, "the first: {first:?}");
    assert_eq!(found, expected, "left: the trace, right: an allocator that counts");
    assert!(heap >= events(), "{heap} heap events");
    // It is about that: without it, there is nothing to contradict.
    assert!(handed_over > events() / 50, "{handed_over} of {heap}");
    assert!(used_again > events() / 1_000, "{used_again} of {heap}");
}

#[test]
fn four_threads_and_no_contradiction_in_the_lines() {
    let (expected, path) = run("json", events().min(1_000_000));
    let (mut replay, mut found) = (Lines::default(), BTreeMap::<_, u64>::new());
    let mut counted = HashMap::new();
    for line in BufReader::new(fs::File::open(&path).expect("the trace")).lines() {
        let line: serde_json::Value = serde_json::from_str(&line.expect("UTF-8")).expect("JSON");
        replay.add(&line);
        let event = line["ev"].as_str().unwrap_or_default();
        if let Some(function) = line["fn"].as_str().filter(|_| event == "enter") {
            counted.insert(line["frame"].as_u64(), is_counted(function));
        } else if ["alloc", "realloc", "free"].contains(&event) {
            let here = counted.get(&line["frame"].as_u64()) == Some(&true);
            *found.entry(format!("{event}s")).or_default() += u64::from(here);
        } else if event == "end" {
            assert_eq!((&line["lost"], &line["skipped"]), (&0.into(), &0.into()));
        }
    }
    fs::remove_file(&path).expect("the trace");
    assert_eq!(replay.contradictions(), 0);
    assert_eq!(found, expected, "left: the trace, right: an allocator that counts");
}

/// All records of a short run.
fn short() -> Vec<Record> {
    let (_, path) = run("bin", 100_000);
    let mut records = Vec::new();
    read(&path, &mut |record| records.push(record));
    fs::remove_file(&path).expect("the trace");
    assert_eq!(contradictions(&records), 0);
    records
}

fn contradictions<'r>(records: impl IntoIterator<Item = &'r Record>) -> u64 {
    let mut replay = Replay::default();
    records.into_iter().for_each(|record| replay.add(record));
    replay.contradictions
}

/// Where a block ends, and where the next one at its address begins, on another thread.
fn passed_on(records: &[Record]) -> Vec<(usize, usize)> {
    let mut ended = HashMap::new();
    let mut found = Vec::new();
    for (index, record) in records.iter().enumerate() {
        match record.fact {
            Fact::Free { addr, frame: 1.., .. } => _ = ended.insert(addr, index),
            Fact::Alloc { addr, .. } => {
                let end = ended.remove(&addr);
                found.extend(end.filter(|end| records[*end].thread != record.thread).map(|end| (end, index)));
            }
            _ => {}
        }
    }
    found
}

/// What an end that is written after the memory went back leads to, wherever it matters.
#[test]
fn two_records_that_are_swapped_are_found() {
    let mut records = short();
    let pairs = passed_on(&records);
    assert!(pairs.len() > 100, "{} addresses went from thread to thread", pairs.len());
    for &(end, begin) in pairs.iter().step_by(pairs.len() / 20) {
        records.swap(end, begin);
        assert!(contradictions(&records) > 0, "{end} and {begin}");
        records.swap(end, begin);
    }
    assert_eq!(contradictions(&records), 0);
}

/// The threads one after the other: what the file looks like to a reader without the keys.
#[test]
fn threads_that_are_not_merged_are_found() {
    let mut records = short();
    records.sort_by_key(|record| record.thread);
    let found = contradictions(&records);
    assert!(found > 1_000, "{found} contradictions");
}

/// Of the lines, too: one that is missing, doubled, or in another's place.
#[test]
fn lines_that_contradict_are_found() {
    let line = |event: &str, block: u64, addr: u64| serde_json::json!({ "ev": event, "block": block, "addr": addr, "bytes": 8, "old_addr": 16, "old_bytes": 8 });
    let contradictions = |lines: &[(&str, u64, u64)]| {
        let mut replay = Lines::default();
        for (event, block, addr) in lines {
            replay.add(&line(event, *block, *addr));
        }
        replay.contradictions()
    };
    let moved = ("realloc", 1, 32);
    for fits in [
        &[("alloc", 1, 16), ("free", 1, 16), ("alloc", 2, 16)][..],
        &[("alloc", 1, 16), moved, ("alloc", 2, 16), ("free", 1, 32)],
        &[("alloc", 1, 16), ("alloc", 2, 16), moved, ("free", 2, 16)],
    ] {
        assert_eq!(contradictions(fits), 0, "{fits:?}");
    }
    for wrong in [
        &[("alloc", 1, 16), ("alloc", 2, 16), ("free", 1, 16)][..],
        &[("alloc", 1, 16), ("alloc", 2, 16), ("free", 2, 16)],
        &[("free", 1, 16)],
        &[("alloc", 1, 16), ("free", 1, 16), ("free", 1, 16)],
        &[("alloc", 1, 16), ("alloc", 2, 16), ("realloc", 1, 16)],
        &[("alloc", 1, 24), moved],
    ] {
        assert!(contradictions(wrong) > 0, "{wrong:?}");
    }
}
