//! `TRACE_MEMORY=bin:PATH`: the trace is in the file, whatever ends the program, and says the same as the others.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::mem::Discriminant;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use trace_memory::file::{Error, Format, Reader, convert};
use trace_memory::print::Style;
use trace_memory::record::{Fact, Record};
use trace_memory_tests::{Program, golden, scratch, workspace};

const SUBJECT: &str = env!("CARGO_BIN_EXE_ended_subject");

/// A path for a trace, and its setting.
fn trace() -> (PathBuf, String) {
    let path = scratch("trace.bin");
    let setting = format!("bin:{}", path.display());
    (path, setting)
}

fn text(path: &Path, format: Format) -> String {
    let mut out = Vec::new();
    let style = Style { stable: true, width: 100, ..Style::default() };
    let losses = convert(path, format, &style, &mut out).expect("a trace");
    assert_eq!((losses.lost, losses.skipped, losses.non_lifo), (0, 0, 0));
    String::from_utf8(out).expect("UTF-8")
}

/// How many calls of each function have ended, by thread, and how many records are missing.
fn ended(path: &Path) -> (BTreeMap<u32, u64>, u64, bool) {
    let reader = Reader::open(path).expect("a trace");
    let finished = reader.is_finished();
    let (mut steps, mut open) = (BTreeMap::new(), BTreeMap::new());
    let losses = reader.records(&mut |record| match record.fact {
        Fact::Enter { frame, path, .. } => {
            open.insert(frame, path.ends_with("::step"));
        }
        Fact::Exit { frame, .. } if open.remove(&frame) == Some(true) => {
            *steps.entry(record.thread).or_default() += 1;
        }
        _ => {}
    });
    (steps, losses.expect("records").lost, finished)
}

#[test]
fn it_says_the_same_as_the_tree() {
    let (path, setting) = trace();
    let run = Program::example("stack_and_heap").env("TRACE_MEMORY", setting).run();
    assert_eq!((run.status, run.stderr.as_str()), (Some(0), ""));
    let tree = text(&path, Format::Tree);
    golden(&tree, workspace().join("examples/stack_and_heap.stderr"));
    fs::remove_file(path).expect("the trace");
}

#[test]
fn it_says_the_same_as_the_lines() {
    let (path, setting) = trace();
    let run = Program::example("drop_order").env("TRACE_MEMORY", setting).run();
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    let (_, lines) = Program::example("drop_order").trace();
    let converted: Vec<serde_json::Value> =
        text(&path, Format::Json).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    // But for addresses and times.
    let facts = |event: &serde_json::Value| {
        ["ev", "seq", "thread", "frame", "fn", "local", "reason", "certain", "bytes", "line", "type", "block"]
            .map(|key| event.get(key).cloned())
    };
    let events = |lines: &[serde_json::Value]| lines.iter().map(facts).collect::<Vec<_>>();
    assert!(converted.len() > 50);
    assert_eq!(events(&converted[1..]), events(&lines.lines[1..]));
    fs::remove_file(path).expect("the trace");
}

#[test]
fn whatever_ends_the_program_the_events_are_there() {
    for end in ["", "abort", "exec", "overflow"] {
        let (path, setting) = trace();
        let run = Program::new(SUBJECT).arg(end).arg("64").env("TRACE_MEMORY", setting).run();
        let expected = match end {
            "abort" | "overflow" => None,
            _ => Some(0),
        };
        assert_eq!(run.status, expected, "{end}: {}", run.stderr);
        let (steps, lost, finished) = ended(&path);
        assert_eq!((steps.into_values().collect::<Vec<_>>(), lost), (vec![64, 64], 0), "{end}");
        assert_eq!(finished, end.is_empty(), "{end}");
        fs::remove_file(path).expect("the trace");
    }
}

/// Kills the program once it has said so many lines: what it had said by then, and what the trace has.
fn killed_after(lines: usize) -> (BTreeMap<String, u64>, Vec<u64>, u64) {
    let (path, setting) = trace();
    let mut program = Command::new(SUBJECT);
    let mut child = program.env("TRACE_MEMORY", setting).stdout(Stdio::piped()).spawn().expect("the program");
    let output = child.stdout.take().expect("its output");
    let mut said = BTreeMap::new();
    for line in BufReader::new(output).lines().take(lines) {
        let line = line.expect("UTF-8");
        let (thread, steps) = line.split_once(' ').expect("a name and a number");
        said.insert(thread.to_owned(), steps.parse().expect("a number"));
    }
    child.kill().expect("it runs");
    child.wait().expect("it ran");
    let (steps, lost, finished) = ended(&path);
    assert!(!finished);
    fs::remove_file(path).expect("the trace");
    (said, steps.into_values().collect(), lost)
}

/// How often: `TRACE_MEMORY_KILLS=1000` for more.
fn kills() -> usize {
    std::env::var("TRACE_MEMORY_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(40)
}

#[test]
fn nothing_is_lost_when_it_is_killed() {
    for kill in 0..kills() {
        // Not the same length twice: somewhere in a record, a segment, a description.
        let (said, steps, lost) = killed_after(1 + kill * 37 % 211);
        // A record whose number was taken may not have been written: one for each thread.
        assert!(lost <= 2, "{lost} lost");
        let (said, there): (u64, u64) = (said.values().sum(), steps.iter().sum());
        assert!(there >= said, "{there} steps in the trace, {said} were said");
    }
}

/// A segment that is not there any more is seen, wherever it was; what came before it is read.
#[test]
fn a_lost_segment_is_seen() {
    let (path, setting) = trace();
    let _ = Program::new(SUBJECT).arg("").arg("2000").env("TRACE_MEMORY", setting).run();
    let bytes = fs::read(&path).expect("the trace");
    let all = records(&path).0;
    let word = |at: usize| u64::from_ne_bytes(*bytes[at..].first_chunk().expect("a word"));
    let mut seen = 0;
    for start in (1 << 16..bytes.len()).step_by(1 << 16) {
        // The last segment of a lane without others is like one that was reserved, and never used.
        let (used, before, lane) = (word(start) & 0xffff, word(start) >> 16, word(start + 8));
        let is_alone = (1 << 16..bytes.len()).step_by(1 << 16).filter(|at| word(at + 8) == lane).count() == 1;
        if used == 0 || is_alone {
            continue;
        }
        let mut bytes = bytes.clone();
        bytes[start..start + 8].fill(0);
        fs::write(&path, &bytes).expect("the trace");
        let (found, result) = records(&path);
        assert!(matches!(result, Err(Error::Damaged { .. })), "{used} words behind {before}: {result:?}");
        assert!(all.starts_with(&found), "the records before it");
        seen += 1;
    }
    assert!(seen > 4, "{seen} segments");
    fs::remove_file(path).expect("the trace");
}

/// The records that come before the first error.
fn records(path: &Path) -> (Vec<String>, Result<(), Error>) {
    let mut found = Vec::new();
    let result = Reader::open(path);
    let result = result.and_then(|reader| reader.records(&mut |record| found.push(format!("{record:?}"))));
    (found, result.map(|_| ()))
}

#[test]
fn a_full_disk_ends_the_trace_and_not_the_program() {
    let (path, setting) = trace();
    // 4 segments of 64 KiB, in blocks of 1 KiB.
    let limited = format!("ulimit -f 256; exec '{SUBJECT}' '' 20000");
    let mut program = Command::new("bash");
    let output = program.args(["-c", &limited]).env("TRACE_MEMORY", setting).output().expect("a shell");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert_eq!(String::from_utf8_lossy(&output.stdout).lines().count(), 2500);
    assert!(
        said.starts_with("trace-memory: `") && said.ends_with("the file took no more; events are lost\n"),
        "{said}"
    );
    assert_eq!(said.lines().count(), 1);
    let (steps, lost, finished) = ended(&path);
    assert!(finished && lost > 10_000 && steps.values().sum::<u64>() > 100, "{steps:?}, {lost} lost");
    fs::remove_file(path).expect("the trace");
}

/// A small trace, and the bytes of it that are used.
fn sample() -> (Vec<u8>, Vec<usize>) {
    let (path, setting) = trace();
    let _ = Program::new(SUBJECT).arg("").arg("2").env("TRACE_MEMORY", setting).run();
    let bytes = fs::read(&path).expect("the trace");
    fs::remove_file(path).expect("the trace");
    let used = bytes.chunks(1 << 16).enumerate().flat_map(|(segment, words)| {
        let end = words.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        (0..end).map(move |at| (segment << 16) + at)
    });
    let used = used.collect();
    (bytes, used)
}

/// Reads it in each way there is; gives the records that came before an error.
fn read(path: &Path) -> Result<u64, Error> {
    let mut count = 0;
    let mut sink = std::io::sink();
    let style = Style::default();
    let result = Reader::open(path).and_then(|reader| reader.records(&mut |_| count += 1).map(|_| ()));
    for format in [Format::Tree, Format::Json] {
        let _ = convert(path, format, &style, &mut sink);
    }
    result.map(|()| count)
}

/// Time and kind of the records of each thread, up to the first error.
fn of_threads(path: &Path) -> BTreeMap<u32, Vec<(u64, Discriminant<Fact>)>> {
    let mut found = BTreeMap::<_, Vec<_>>::new();
    let each = &mut |record: Record| {
        let kind = (record.at_ns, std::mem::discriminant(&record.fact));
        found.entry(record.thread).or_default().push(kind);
    };
    let _ = Reader::open(path).and_then(|reader| reader.records(each));
    found
}

#[test]
fn a_trace_that_is_cut_off_is_read_as_far_as_it_goes() {
    let (bytes, used) = sample();
    let path = scratch("cut.bin");
    fs::write(&path, &bytes).expect("the trace");
    let all = read(&path).expect("a trace");
    assert!(all > 20, "{all} records");
    let whole = of_threads(&path);
    // At each byte of the header and of the records, and at the boundaries of segments.
    for length in used.into_iter().chain((0..bytes.len()).step_by(1 << 16)) {
        fs::write(&path, &bytes[..length]).expect("the trace");
        if let Ok(count) = read(&path) {
            assert!(count <= all);
        }
        // Where the numbers of frames and the names are gone, the kinds are not.
        for (thread, kinds) in of_threads(&path) {
            assert!(whole[&thread].starts_with(&kinds), "thread {thread} at {length}");
        }
    }
    fs::remove_file(path).expect("the trace");
}

#[test]
fn a_trace_with_a_wrong_bit_is_an_error_or_a_trace() {
    let (mut bytes, used) = sample();
    let path = scratch("flipped.bin");
    let mut errors = 0;
    for at in used {
        let bit = 1 << (at % 8);
        bytes[at] ^= bit;
        fs::write(&path, &bytes).expect("the trace");
        errors += usize::from(read(&path).is_err());
        bytes[at] ^= bit;
    }
    assert!(errors > 100, "{errors} errors");
    fs::remove_file(path).expect("the trace");
}

#[test]
fn what_is_no_trace_is_refused() {
    let path = scratch("other.bin");
    for (text, expected) in [
        (&b"not a trace, but long enough to be one"[..], "not a trace of `TRACE_MEMORY=bin:PATH`"),
        (b"", "not a trace of `TRACE_MEMORY=bin:PATH`"),
        (
            b"MEMECART\0\0\0\0\0\0\0\x01",
            "written on a machine with another order of bytes or size of addresses",
        ),
    ] {
        fs::write(&path, text).expect("a file");
        let error = Reader::open(&path).expect_err("no trace");
        assert_eq!(error.to_string(), expected);
    }
    let (mut bytes, _) = sample();
    bytes[8] = 9;
    fs::write(&path, bytes).expect("a file");
    let error = Reader::open(&path).expect_err("another version");
    assert_eq!(error.to_string(), "version 9 of the format; this is for version 3");
    fs::remove_file(&path).expect("the file");
    assert!(matches!(Reader::open(&path), Err(Error::Io(_))));
}
