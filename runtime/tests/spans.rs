//! Frames as spans: what `tracing-subscriber` sees of them, against the trace of the same process.
//!
//! Each test runs this program once more, as one of the subjects below.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::PathBuf;
use std::pin::pin;
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use serde_json::Value;
use trace_memory::trace_memory;
use tracing_subscriber::fmt::format::FmtSpan;

#[global_allocator]
static ALLOC: trace_memory::Alloc = trace_memory::Alloc::system();

#[trace_memory]
fn words(count: u8) -> Vec<String> {
    let mut all = Vec::new();
    for number in 0..count {
        let text = word(number);
        all.push(text);
    }
    all
}

#[trace_memory]
fn word(number: u8) -> String {
    number.to_string()
}

#[trace_memory]
fn grows() -> usize {
    let mut list = vec![0_u8; 16];
    list.reserve_exact(100);
    list.shrink_to(20);
    let words = words(5);
    list.len() + words.len()
}

#[trace_memory]
fn panics() {
    let text = black_box("text").to_owned();
    let words = words(2);
    std::panic::resume_unwind(Box::new(text.len() + words.len()));
}

#[trace_memory(name = "rounds")]
async fn rounds(count: u8) -> usize {
    let mut kept = Vec::with_capacity(64);
    for number in 0..count {
        let text = word(number);
        kept.push(text);
        once_pending().await;
    }
    kept.len()
}

#[trace_memory]
async fn outer() -> usize {
    let list = Box::new([1_u8; 30]);
    let inner = rounds(3).await;
    list.len() + inner
}

/// Is pending when it is polled first.
fn once_pending() -> impl Future<Output = ()> {
    let mut polled = false;
    std::future::poll_fn(
        move |_| {
            if std::mem::replace(&mut polled, true) { Poll::Ready(()) } else { Poll::Pending }
        },
    )
}

/// Polls a future on a new thread each time.
fn drive(future: impl Future<Output = usize> + Send, polls: usize) -> Option<usize> {
    let mut future = pin!(future);
    for _ in 0..polls {
        let poll = std::thread::scope(|scope| {
            let future = future.as_mut();
            scope.spawn(move || future.poll(&mut Context::from_waker(Waker::noop()))).join()
        });
        if let Ok(Poll::Ready(value)) = poll {
            return Some(value);
        }
    }
    None
}

fn work() {
    assert_eq!(grows(), 21);
    assert!(std::panic::catch_unwind(panics).is_err());
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| drop(words(4)));
        }
    });
    assert_eq!(drive(outer(), 10), Some(33));
    // Dropped unfinished.
    assert_eq!(drive(rounds(5), 2), None);
}

/// Where the subscriber writes.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("nobody panics").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Subjects, of which the first line of stdout that begins with `{` is the start of what the subscriber wrote.
#[test]
#[ignore = "a subject of the other tests"]
fn with_a_subscriber() {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt().json().with_span_events(FmtSpan::CLOSE);
    subscriber.with_writer(move || writer.clone()).init();
    work();
    let lines = lines.0.lock().expect("nobody panics");
    std::fs::write(std::env::var_os("SPANS").expect("a path"), &*lines).expect("the file is writable");
}

#[test]
#[ignore = "a subject of the other tests"]
fn without_a_subscriber() {
    work();
}

fn scratch(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{name}", std::process::id()))
}

fn run(subject: &str, mode: &str, spans: &PathBuf) -> Output {
    let mut command = Command::new(std::env::current_exe().expect("a test knows its path"));
    command.args([subject, "--exact", "--ignored", "--nocapture"]);
    command.env("TRACE_MEMORY", mode).env("TRACE_MEMORY_OVERWRITE", "1").env("SPANS", spans);
    let output = command.output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

fn lines(path: &PathBuf) -> Vec<Value> {
    let text = std::fs::read_to_string(path).expect("it was written");
    let _ = std::fs::remove_file(path);
    text.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect()
}

/// A frame: the functions around it, outermost first, its own, and allocations, reallocations, bytes, frees, freed bytes.
type Frame = (Vec<String>, [u64; 5]);

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

/// The spans that were closed.
fn spans(lines: &[Value]) -> Vec<Frame> {
    let frame = |line: &Value| {
        assert_eq!(line["fields"]["message"], "close");
        let mut path: Vec<String> = Vec::new();
        path.extend(line["spans"].as_array().into_iter().flatten().map(|span| text(&span["function"])));
        path.push(text(&line["span"]["function"]));
        let number = |name| line["span"][name].as_u64().expect("a number");
        (path, ["allocs", "reallocs", "bytes", "frees", "freed_bytes"].map(number))
    };
    let mut frames: Vec<Frame> = lines.iter().map(frame).collect();
    frames.sort();
    frames
}

/// The frames of a trace, with what those that they called did.
fn frames(lines: &[Value]) -> Vec<Frame> {
    let mut frames: BTreeMap<u64, (Option<u64>, Frame)> = BTreeMap::new();
    for line in lines {
        let (frame, number) = (line["frame"].as_u64(), |name: &str| line[name].as_u64().unwrap_or_default());
        let counts = match line["ev"].as_str() {
            Some("enter") => {
                let parent = line["parent"].as_u64().filter(|parent| frames.contains_key(parent));
                let mut path = parent.map_or_else(Vec::new, |parent| frames[&parent].1.0.clone());
                path.push(text(&line["fn"]));
                frames.insert(frame.expect("a frame"), (parent, (path, [0; 5])));
                continue;
            }
            Some("alloc") => [1, 0, number("bytes"), 0, 0],
            Some("realloc") => [0, 1, number("bytes").saturating_sub(number("old_bytes")), 0, 0],
            Some("free") => [0, 0, 0, 1, number("bytes")],
            _ => continue,
        };
        let mut next = frame;
        while let Some((parent, (_, sums))) = next.and_then(|frame| frames.get_mut(&frame)) {
            for (sum, count) in sums.iter_mut().zip(counts) {
                *sum += count;
            }
            next = *parent;
        }
    }
    let mut frames: Vec<Frame> = frames.into_values().map(|(_, frame)| frame).collect();
    frames.sort();
    frames
}

#[test]
fn spans_are_the_frames_of_the_trace() {
    let (trace, seen) = (scratch("frames.jsonl"), scratch("spans.jsonl"));
    run("with_a_subscriber", &format!("json:{}", trace.display()), &seen);
    let (expected, found) = (frames(&lines(&trace)), spans(&lines(&seen)));
    assert!(expected.len() > 30, "the frames are found: {expected:?}");
    assert_eq!(found, expected);
}

#[test]
fn without_a_trace_the_spans_are_the_same() {
    let (trace, seen, off) = (scratch("on.jsonl"), scratch("on-spans.jsonl"), scratch("off-spans.jsonl"));
    run("with_a_subscriber", &format!("json:{}", trace.display()), &seen);
    let _ = std::fs::remove_file(&trace);
    let output = run("with_a_subscriber", "off", &off);
    let found = lines(&off);
    assert_eq!(spans(&found), spans(&lines(&seen)));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let word = found.iter().find(|line| line["span"]["function"] == "spans::word").expect("a span");
    assert_eq!(
        (&word["target"], &word["span"]["name"], &word["level"]),
        (&"spans".into(), &"word".into(), &"INFO".into())
    );
}

#[test]
fn without_a_subscriber_nothing_is_different() {
    let trace = scratch("alone.jsonl");
    run("without_a_subscriber", &format!("json:{}", trace.display()), &scratch("none"));
    let lines = lines(&trace);
    assert!(frames(&lines).len() > 30);
    assert_eq!(lines.last().expect("an end")["lost"], 0);
}
