//! Damaged JSON traces: an error or a prefix, never a panic. Whatever is read goes through every sum and check.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use proptest::prelude::*;
use proptest::sample::Index;
use trace_memory::event::Event;
use trace_memory::report::Model;
use trace_memory_tests::{Program, scratch};

use super::Trace;
use crate::args::Filter;
use crate::commands::{check, drops};
use crate::error::Error;
use crate::profile::{Detail, Profile};

/// A trace, with an event of each kind.
fn sample() -> &'static [u8] {
    static SAMPLE: OnceLock<Vec<u8>> = OnceLock::new();
    SAMPLE.get_or_init(|| {
        let path = scratch("sample.jsonl");
        let run = Program::example("orders").env("TRACE_MEMORY", format!("json:{}", path.display())).run();
        assert_eq!((run.status, run.stderr.as_str()), (Some(0), ""));
        let text = fs::read_to_string(path).expect("a trace");
        let (head, rest) = text.split_at(text.find("{\"ev\":\"bind\"").expect("a local"));
        // Those kinds that the example has not.
        let rare = r#"{"ev":"enter","seq":2,"t":1,"thread":1,"frame":900,"fn":"f","file":"f","line":1,"addr":9,"async":true}
{"ev":"suspend","seq":2,"t":1,"thread":1,"frame":900,"line":1,"column":1}
{"ev":"resume","seq":2,"t":1,"thread":2,"frame":900,"parent":1}
{"ev":"violation","seq":2,"t":1,"thread":2,"frame":900,"fn":"f","what":"alloc","block":1,"bytes":8}
{"ev":"exit","seq":2,"t":1,"thread":2,"frame":900,"how":"cancelled"}
"#;
        renumbered(&[head, rare, rest].concat()).into_bytes()
    })
}

/// The events with new numbers, in their order.
fn renumbered(text: &str) -> String {
    let mut seq = 0;
    let number = |line: &str| {
        let Some((before, after)) = line.split_once("\"seq\":") else { return format!("{line}\n") };
        let (_, after) = after.split_once(',').expect("a key follows");
        seq += 1;
        format!("{before}\"seq\":{seq},{after}\n")
    };
    text.lines().map(number).collect()
}

/// Reads a trace into everything that reads traces.
fn read(path: &Path) -> (Vec<Event>, Result<(), Error>) {
    let mut events = Vec::new();
    let mut model = Model::new();
    let mut profile = Profile::new(&Filter::default(), Detail::Sites);
    let mut filtered = Profile::new(&Filter { thread: Some(1), ..Filter::default() }, Detail::Sites);
    let result = Trace::open(path).and_then(|trace| {
        trace.events(&mut |event| {
            model.add(event);
            profile.add(event);
            filtered.add(event);
            events.push(event.clone());
            Ok(())
        })
    });
    let _ = (model.finished_roots(), model.unfinished_roots(), profile.finish(), filtered.finish());
    check::consistent(&events);
    drops::collected(&events);
    (events, result.map(|_| ()))
}

fn written(bytes: &[u8]) -> (Vec<Event>, Result<(), Error>) {
    let path = scratch("mutation.jsonl");
    fs::write(&path, bytes).expect("the target folder takes files");
    let read = read(&path);
    fs::remove_file(path).expect("the file");
    read
}

fn whole() -> &'static [Event] {
    static WHOLE: OnceLock<Vec<Event>> = OnceLock::new();
    WHOLE.get_or_init(|| {
        let (events, result) = written(sample());
        result.expect("the sample is a trace");
        assert_eq!(check::consistent(&events[..2]), 0);
        events
    })
}

#[test]
fn the_sample_has_every_kind() {
    let mut kinds: Vec<_> = whole().iter().map(|event| std::mem::discriminant(&event.kind)).collect();
    kinds.dedup();
    let distinct: std::collections::HashSet<_> = kinds.into_iter().collect();
    assert!(distinct.len() >= 11, "{}", distinct.len());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_cut_leaves_a_prefix(at in any::<Index>()) {
        let bytes = sample();
        let at = at.index(bytes.len());
        let (events, result) = written(&bytes[..at]);
        prop_assert_eq!(&events[..], &whole()[..events.len()]);
        let header = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(0);
        prop_assert_eq!(result.is_ok(), at > header - 1, "{:?}", result.err().map(|error| error.to_string()));
    }

    #[test]
    fn changed_bytes_are_an_error_or_other_events(
        changes in prop::collection::vec((any::<Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = sample().to_vec();
        let mut first = bytes.len();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
            first = first.min(at);
        }
        let (events, _) = written(&bytes);
        let untouched = sample()[..first].split(|byte| *byte == b'\n').count().saturating_sub(2);
        prop_assert!(events.len() >= untouched, "what is before the damage is read");
        prop_assert_eq!(&events[..untouched], &whole()[..untouched]);
    }

    #[test]
    fn lines_that_are_lost_repeated_or_swapped(
        changes in prop::collection::vec((any::<Index>(), any::<Index>(), 0..3_u8), 1..6),
    ) {
        let text = String::from_utf8_lossy(sample());
        let mut lines: Vec<&str> = text.lines().collect();
        for (one, other, what) in changes {
            let (one, other) = (one.index(lines.len()), other.index(lines.len()));
            match what {
                0 => _ = lines.remove(one),
                1 => lines.insert(other, lines[one]),
                _ => lines.swap(one, other),
            }
        }
        // In their new order they are events that contradict each other.
        let _ = written(renumbered(&lines.join("\n")).as_bytes());
    }

    #[test]
    fn any_number_in_any_place(at in any::<Index>(), number in prop_oneof![
        Just(0), Just(1), Just(u64::MAX), Just(1 << 63), Just((1 << 63) - 1), Just(u64::from(u32::MAX)), any::<u64>(),
    ]) {
        let text = String::from_utf8_lossy(sample());
        let starts: Vec<_> = text.match_indices("\":").map(|(at, _)| at + 2).filter(|&at| {
            text[at..].starts_with(|c: char| c.is_ascii_digit())
        }).collect();
        let start = starts[at.index(starts.len())];
        let end = start + text[start..].find(|c: char| !c.is_ascii_digit()).unwrap_or(0);
        let _ = written(format!("{}{number}{}", &text[..start], &text[end..]).as_bytes());
    }
}
