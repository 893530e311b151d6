//! What is said of a run, compared with one without the tracer; and mistakes, each of which has to change what is said.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::run::Outcome;

/// What a row asks of its traces, beside what every row asks.
pub(crate) type Ask = fn(&[Value]) -> Vec<String>;

/// What is said of the runs of a row. The first outcome is the one without the tracer.
pub(crate) fn facts(outcomes: &[Outcome], ask: Ask) -> Vec<String> {
    let Some((plain, traced)) = outcomes.split_first() else { return Vec::new() };
    let mut facts = vec![ends(plain, traced)];
    let different = |is_different: &dyn Fn(&Outcome) -> bool, what: &str| {
        let sinks: Vec<_> = traced.iter().filter(|run| is_different(run)).map(|run| run.sink).collect();
        if sinks.is_empty() {
            format!("the same {what}")
        } else {
            format!("another {what}: {}", sinks.join(", "))
        }
    };
    facts.push(different(&|run| run.stdout != plain.stdout, "output"));
    let mut said: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for run in traced {
        for message in run.messages.iter().chain(&run.rows) {
            said.entry(message).or_default().insert(run.sink);
        }
        let repeated = run.messages.len() - run.messages.iter().collect::<BTreeSet<_>>().len();
        if repeated > 0 {
            facts.push(format!("{}: {repeated} messages twice", run.sink));
        }
    }
    for (message, sinks) in said {
        let sinks: Vec<_> = sinks.into_iter().collect();
        let message = message.trim_start_matches("trace-memory: ");
        facts.push(format!("“{message}” ({})", sinks.join(", ")));
    }
    if traced.iter().all(|run| run.messages.is_empty()) {
        facts.push("no message".to_owned());
    }
    for run in traced.iter().filter(|run| run.sink == "json") {
        // Without a file, a tree stands there.
        if run.trace.is_some() && run.stderr != plain.stderr {
            facts.push("another stderr".to_owned());
        }
        facts.extend(of_trace(run, ask));
    }
    facts
}

fn ends(plain: &Outcome, traced: &[Outcome]) -> String {
    let other: Vec<_> = traced
        .iter()
        .filter(|run| run.end != plain.end)
        .map(|run| format!("{}: {}", run.sink, run.end))
        .collect();
    if other.is_empty() {
        format!("the same end ({})", plain.end)
    } else {
        format!("another end than {}: {}", plain.end, other.join(", "))
    }
}

fn of_trace(run: &Outcome, ask: Ask) -> Vec<String> {
    let Some(lines) = &run.trace else { return vec!["no file".to_owned()] };
    if lines.is_empty() && !run.torn {
        return vec!["an empty file".to_owned()];
    }
    let mut facts = Vec::new();
    let end = lines.last().filter(|line| line["ev"] == "end");
    let headers = lines.iter().filter(|line| line.get("trace_memory").is_some()).count();
    let whole = headers == 1 && end.is_some() && !run.torn;
    facts.push(if whole { "a whole trace" } else { "a trace that is not whole" }.to_owned());
    let counted = |key: &str| end.and_then(|end| end[key].as_u64()).unwrap_or(0);
    if end.is_some() {
        facts.push(if counted("lost") == 0 { "nothing lost" } else { "losses counted" }.to_owned());
    }
    if counted("skipped") > 0 {
        facts.push("what was skipped is counted".to_owned());
    }
    if counted("non_lifo") > 0 {
        facts.push(format!("{} ends out of order counted", counted("non_lifo")));
    }
    facts.push(frames(lines));
    facts.extend(ask(lines));
    facts
}

/// Whether what starts ends, once and on a known frame.
fn frames(lines: &[Value]) -> String {
    let mut open = BTreeSet::new();
    let mut wrong = 0;
    for line in lines {
        let frame = line["frame"].as_u64();
        match line["ev"].as_str() {
            Some("enter") => wrong += u32::from(!open.insert(frame)),
            Some("exit") => wrong += u32::from(!open.remove(&frame)),
            _ => {}
        }
    }
    match (wrong, open.len()) {
        (0, 0) => "each frame ends".to_owned(),
        (0, 1) => "1 frame is open".to_owned(),
        (0, open) => format!("{open} frames are open"),
        (wrong, _) => format!("{wrong} frames start or end twice"),
    }
}

/// How many there are of an event.
pub(crate) fn count(lines: &[Value], event: &str) -> usize {
    lines.iter().filter(|line| line["ev"] == event).count()
}

/// The events of these kinds, counted.
pub(crate) fn counted(lines: &[Value], events: &[&str]) -> String {
    events.iter().map(|event| format!("{} {event}", count(lines, event))).collect::<Vec<_>>().join(", ")
}

/// The different values of a key among the events of a kind.
pub(crate) fn distinct(lines: &[Value], event: &str, key: &str) -> usize {
    let values: BTreeSet<_> =
        lines.iter().filter(|line| line["ev"] == event).map(|line| line[key].to_string()).collect();
    values.len()
}

/// Whether the heap events make sense one after the other: no address begins twice, or ends without a beginning.
pub(crate) fn replay(lines: &[Value]) -> String {
    let (mut at, mut blocks): (BTreeMap<u64, u64>, BTreeMap<u64, u64>) = Default::default();
    let mut wrong = 0;
    for line in lines {
        let (Some(addr), Some(block)) = (line["addr"].as_u64(), line["block"].as_u64()) else { continue };
        let event = line["ev"].as_str().unwrap_or_default();
        if event != "alloc" {
            let known = blocks.remove(&block).is_some_and(|addr| at.remove(&addr) == Some(block));
            wrong += u32::from(!known);
        }
        if event != "free" {
            wrong += u32::from(at.insert(addr, block).is_some() || blocks.insert(block, addr).is_some());
        }
    }
    if wrong == 0 { "no contradiction".to_owned() } else { format!("{wrong} contradictions") }
}

/// What may go wrong: each changes what a run has left.
pub(crate) const MISTAKES: [fn(&mut Outcome); 15] = [
    |run| run.end.push_str(", later"),
    |run| run.stdout.push_str("one more line\n"),
    |run| run.messages.clear(),
    |run| run.rows.clear(),
    |run| run.messages.push("trace-memory: one more".to_owned()),
    |run| run.stderr.push_str("one more line\n"),
    |run| run.trace = None,
    |run| run.trace = Some(vec![json!({ "trace_memory": 1 })]),
    |run| {
        run.trace.as_mut().and_then(Vec::pop);
    },
    |run| end_is(run, "lost", 17),
    |run| end_is(run, "skipped", 17),
    |run| end_is(run, "non_lifo", 17),
    |run| without(run, "enter"),
    |run| without(run, "exit"),
    |run| {
        for event in ["alloc", "free", "realloc", "suspend", "resume"] {
            without(run, event);
        }
    },
];

/// As if the end of the trace said `value`, or nothing where it said something.
fn end_is(run: &mut Outcome, key: &str, value: u64) {
    let Some(end) = run.trace.as_mut().and_then(|lines| lines.last_mut()) else { return };
    end[key] = if end[key] == 0 { value.into() } else { 0.into() };
}

/// As if the first event of a kind were missing.
fn without(run: &mut Outcome, event: &str) {
    let Some(lines) = &mut run.trace else { return };
    if let Some(index) = lines.iter().position(|line| line["ev"] == event) {
        lines.remove(index);
    }
}
