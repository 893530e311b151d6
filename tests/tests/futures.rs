//! Futures on several threads, cancelled at random: the frames nest, and the drops are those that happened.
//!
//! The figures: `cargo test -p trace-memory-tests --test futures -- --nocapture`.
#![expect(clippy::print_stdout, reason = "the figures are for people to read")]

use std::borrow::{Borrow, Cow};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use serde_json::Value;
use trace_memory_tests::corpus::Corpus;
use trace_memory_tests::frames::faults;
use trace_memory_tests::{Program, Run, Trace};

/// What the program says of its tasks, line by line.
type Log<'t> = BTreeMap<u64, Vec<&'t str>>;

fn recorded() -> &'static (Run, Trace) {
    static RECORDED: OnceLock<(Run, Trace)> = OnceLock::new();
    RECORDED.get_or_init(|| {
        let (run, trace) = Program::new(env!("CARGO_BIN_EXE_futures_tokio")).trace();
        assert_eq!(run.status, Some(0), "{}", run.stderr);
        (run, trace)
    })
}

/// The log by task: of all tasks, or of those only that do the same in every run.
fn logged(run: &Run, racy: bool) -> Log<'_> {
    let mut tasks = Log::new();
    for line in run.stdout.lines().filter(|line| racy || !line.starts_with('~')) {
        let (task, what) = line.trim_start_matches('~').split_once(' ').expect("task and event");
        tasks.entry(task.parse().expect("a number")).or_default().push(what);
    }
    tasks
}

/// What the trace says of the tasks.
#[derive(Default)]
struct Told<'t> {
    /// The task of each frame, by the `id` in its outermost frame.
    tasks: BTreeMap<u64, u64>,
    parents: BTreeMap<u64, u64>,
    functions: BTreeMap<u64, &'t str>,
    drops: BTreeMap<u64, Vec<&'t str>>,
    /// Enters, ends and cancellations of each function, by task.
    frames: BTreeMap<(u64, &'t str), (usize, usize, usize)>,
}

impl<'t> Told<'t> {
    fn of(lines: impl IntoIterator<Item = &'t Value>) -> Self {
        let mut told = Self::default();
        for event in lines {
            if let Some(frame) = event["frame"].as_u64() {
                told.follow(event, frame);
            }
        }
        told
    }

    fn follow(&mut self, event: &'t Value, frame: u64) {
        let text = |key: &str| event[key].as_str().unwrap_or_default();
        match text("ev") {
            "enter" => {
                self.functions.insert(frame, text("fn").rsplit("::").next().unwrap_or_default());
                if let Some(parent) = event["parent"].as_u64() {
                    self.parents.insert(frame, parent);
                }
                self.count(frame, |counts| counts.0 += 1);
            }
            "bind" if text("local") == "id" => {
                let task = text("value").parse().expect("the value is a number");
                self.tasks.insert(frame, task);
                self.count(frame, |counts| counts.0 += 1);
            }
            "exit" if text("how") == "return" => self.count(frame, |counts| counts.1 += 1),
            "exit" if text("how") == "cancelled" => self.count(frame, |counts| counts.2 += 1),
            "drop" if event["temporary"] != true && !text("local").starts_with("quiet") => {
                if let Some(task) = self.task(frame) {
                    self.drops.entry(task).or_default().push(text("local"));
                }
            }
            _ => {}
        }
    }

    /// `None` for what belongs to no task, or to a task whose number is not known yet.
    fn task(&self, frame: u64) -> Option<u64> {
        let mut frame = frame;
        while let Some(parent) = self.parents.get(&frame) {
            frame = *parent;
        }
        self.tasks.get(&frame).copied()
    }

    fn count(&mut self, frame: u64, change: impl FnOnce(&mut (usize, usize, usize))) {
        if let Some(task) = self.task(frame) {
            change(self.frames.entry((task, self.functions[&frame])).or_default());
        }
    }
}

/// Where the trace and the program differ.
fn differences<'t>(run: &Run, lines: impl IntoIterator<Item = &'t Value>) -> Vec<String> {
    let (log, told) = (logged(run, true), Told::of(lines));
    let mut found = Vec::new();
    let strange = told.drops.keys().filter(|task| !log.contains_key(task));
    found.extend(strange.map(|task| format!("task {task} has drops in the trace only")));
    // A future that is never polled says nothing, and has no frame.
    for (task, function) in told.frames.keys().filter(|(_, name)| !name.starts_with('{') && *name != "boxed")
    {
        let says = |what: &&str| what.strip_prefix('+').is_some_and(|name| name == *function);
        if !log.get(task).is_some_and(|events| events.iter().any(says)) {
            found.push(format!("task {task}: {function} has a frame in the trace only"));
        }
    }
    for (task, events) in &log {
        let is_drop = |what: &&str| !what.starts_with(['+', '-', '_']);
        let happened: Vec<_> = events.iter().copied().filter(is_drop).collect();
        let drops = told.drops.get(task).map_or(&[][..], Vec::as_slice);
        if happened != drops {
            found.push(format!("task {task}\n  dropped  {happened:?}\n  traced   {drops:?}"));
        }
        let functions: BTreeSet<_> = events.iter().filter_map(|what| what.strip_prefix('+')).collect();
        for function in functions {
            let times = |sign| {
                events
                    .iter()
                    .filter(|what| what.strip_prefix(sign).is_some_and(|name| name == function))
                    .count()
            };
            let (starts, ends) = (times('+'), times('-'));
            let counts = told.frames.get(&(*task, function)).copied().unwrap_or_default();
            if counts != (starts, ends, starts - ends) {
                found.push(format!(
                    "task {task}: {function} {starts} times to {ends} ends, traced {counts:?}"
                ));
            }
        }
    }
    found
}

#[test]
fn frames_are_on_one_thread_at_a_time() {
    let (_, trace) = recorded();
    let found = faults(&trace.lines);
    assert!(found.is_empty(), "{} faults\n{}", found.len(), found[..found.len().min(20)].join("\n"));
}

#[test]
fn tasks_drop_what_the_trace_says() {
    let (run, trace) = recorded();
    let found = differences(run, &trace.lines);
    let told = Told::of(&trace.lines);
    let threads: BTreeSet<_> = trace.events("resume").filter_map(|event| event["thread"].as_u64()).collect();
    let cancelled = trace.events("exit").filter(|event| event["how"] == "cancelled").count();
    println!(
        "{} tasks polled, {} threads, {} frames, {cancelled} cancelled, {} suspensions, {} events, {} drops, {} wrong",
        told.tasks.len(),
        threads.len(),
        trace.events("enter").count(),
        trace.events("suspend").count(),
        trace.lines.len(),
        told.drops.values().map(Vec::len).sum::<usize>(),
        found.len(),
    );
    assert!(found.is_empty(), "{}", found[..found.len().min(20)].join("\n"));
    assert!(cancelled > 500, "many are cancelled");
    assert!((1000..2000).contains(&told.tasks.len()), "many are polled, and some are not");
    assert!(threads.len() >= 2, "tasks run on several workers");
    let uncertain = trace.drops_of_locals().filter(|event| event["certain"] == false).count();
    assert_eq!(uncertain, 0, "the trace is sure of all drops");
}

#[test]
fn the_trace_changes_nothing() {
    let (run, _) = recorded();
    let off = Program::new(env!("CARGO_BIN_EXE_futures_tokio")).env("TRACE_MEMORY", "off").run();
    let (mut with, mut without) = (logged(run, false), logged(&off, false));
    assert!(with.len() > 500, "many tasks do the same in every run");
    // Futures that are polled by turns have no order among each other.
    with.values_mut().chain(without.values_mut()).for_each(|events| events.sort_unstable());
    for (task, events) in &with {
        assert_eq!(Some(events), without.get(task), "task {task}");
    }
    assert_eq!(with.len(), without.len());
}

/// The futures that are polled by hand keep the same rules.
#[test]
fn frames_of_the_drop_programs() {
    let corpus = Corpus::of_package(env!("CARGO_PKG_NAME"));
    for name in ["drops_async", "drops_futures"] {
        let (_, trace) = Program::new(corpus.traced(name)).trace();
        assert_eq!(faults(&trace.lines), [""; 0], "{name}");
        assert!(trace.events("suspend").count() > 50, "{name} suspends");
    }
}

/// A trace with one mistake in it: mostly that of the program.
type Wrong = Vec<Cow<'static, Value>>;

fn corrupted(mistake: impl FnOnce(&mut Wrong)) -> Wrong {
    let mut lines = recorded().1.lines.iter().map(Cow::Borrowed).collect();
    mistake(&mut lines);
    lines
}

/// The line of the `n`th event that is so.
fn position(lines: &Wrong, n: usize, is: impl Fn(&Value) -> bool) -> usize {
    let mut found = lines.iter().enumerate().filter(|(_, line)| is(line));
    found.nth(n).expect("there are many of them").0
}

fn kind(kind: &'static str) -> impl Fn(&Value) -> bool {
    move |line| line["ev"] == kind
}

#[test]
fn wrong_frames_are_found_out() {
    let mistakes: [fn(&mut Wrong); 5] = [
        |lines| {
            let exit = position(lines, 700, kind("exit"));
            lines.remove(exit);
        },
        |lines| {
            let resume = position(lines, 700, kind("resume"));
            lines.remove(resume);
        },
        |lines| {
            let one = position(lines, 300, kind("suspend"));
            let frame = lines[one]["frame"].clone();
            let other = position(lines, 300, |line| line["ev"] == "suspend" && line["frame"] != frame);
            let frame = lines[one].to_mut()["frame"].take();
            lines[one].to_mut()["frame"] = std::mem::replace(&mut lines[other].to_mut()["frame"], frame);
        },
        |lines| {
            // Into the interval in which its frame is suspended.
            let is_here = |line: &Value| line["ev"] == "bind" && line["local"] == "here";
            let frames: Vec<_> =
                lines.iter().filter(|line| is_here(line)).map(|line| &line["frame"]).collect();
            let suspend =
                position(lines, 50, |line| line["ev"] == "suspend" && frames.contains(&&line["frame"]));
            let frame = lines[suspend]["frame"].clone();
            let bind = position(lines, 0, |line| is_here(line) && line["frame"] == frame);
            let mut event = lines[bind].clone();
            event.to_mut()["seq"] = Value::Null;
            lines.insert(suspend + 1, event);
        },
        |lines| {
            let drop = position(lines, 500, kind("drop"));
            lines[drop].to_mut()["thread"] = 1000.into();
        },
    ];
    for (index, mistake) in mistakes.into_iter().enumerate() {
        let found = faults(corrupted(mistake).iter().map(Borrow::borrow));
        assert!(!found.is_empty(), "mistake {index} is found");
        println!("mistake {index}: {}", found[0]);
    }
}

#[test]
fn wrong_drops_are_found_out() {
    let leaf = "futures_tokio::leaf";
    let leaves = recorded().1.events("enter").filter(|event| event["fn"] == leaf);
    let leaves: BTreeSet<_> = leaves.map(|event| event["frame"].as_u64()).collect();
    let is_first = |line: &Value| line["ev"] == "drop" && line["local"] == "first";
    let mistakes: [&dyn Fn(&mut Wrong); 3] = [
        &|lines| {
            let drop = position(lines, 300, is_first);
            lines.remove(drop);
        },
        &|lines| {
            let drop = position(lines, 300, is_first);
            lines[drop].to_mut()["local"] = "second".into();
        },
        &|lines| {
            let exit = position(lines, 100, |line| {
                line["how"] == "cancelled" && leaves.contains(&line["frame"].as_u64())
            });
            lines[exit].to_mut()["how"] = "return".into();
        },
    ];
    let (run, trace) = recorded();
    assert_eq!(differences(run, &trace.lines), [""; 0]);
    for (index, mistake) in mistakes.into_iter().enumerate() {
        let lines = corrupted(mistake);
        let found = differences(run, lines.iter().map(Borrow::borrow));
        assert_eq!(found.len(), 1, "mistake {index} is found: {found:?}");
    }
}
