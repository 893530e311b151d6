//! What the trace itself takes while a program runs: it does not grow with the number of outermost calls.
#![cfg(target_os = "linux")]

use std::fs;
use std::process::{Command, Stdio};

use serde_json::Value;
use trace_memory_tests::{Program, scratch};

/// The most memory that `count` outermost calls took, in bytes, as the system says when the program has ended.
#[expect(
    clippy::zombie_processes,
    reason = "it is waited for, by a call that says more than the one of `std`"
)]
fn peak(count: u32, setting: &str) -> i64 {
    let mut command = Command::new(env!("CARGO_BIN_EXE_outermost_calls"));
    command.arg(count.to_string()).env("TRACE_MEMORY", setting);
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
    let id = libc::pid_t::try_from(child.id()).expect("the system's numbers are small");
    let mut status = 0;
    // SAFETY: all zeros are a value of each of its fields, which are numbers.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: the child is this process's own, and nobody has waited for it; both places outlive the call.
    let ended = unsafe { libc::wait4(id, &raw mut status, 0, &raw mut usage) };
    assert_eq!((ended, status), (id, 0), "{count} calls end well");
    usage.ru_maxrss * 1024
}

#[test]
fn outermost_calls_leave_nothing() {
    const MEBIBYTE: i64 = 1024 * 1024;
    let (few, many) = (peak(30_000, "summary"), peak(300_000, "summary"));
    assert!(many - few < 8 * MEBIBYTE, "{few} bytes for 30,000 calls, {many} for 300,000");
}

/// What waits to be read is bounded, and is read when there is too much: the trace says the same.
#[test]
fn what_waits_is_bounded_and_nothing_is_lost() {
    let run = |setting: &str, limit: &str| {
        let program = Program::new(env!("CARGO_BIN_EXE_outermost_calls")).arg("20000").arg("in one");
        let settings =
            [("TRACE_MEMORY", setting), ("TRACE_MEMORY_STABLE", "1"), ("TRACE_MEMORY_LIMIT", limit)];
        let run = settings.into_iter().fold(program, |program, (name, value)| program.env(name, value)).run();
        assert_eq!(run.status, Some(0), "{}", run.stderr);
        let blocks: u64 = run.stdout.trim().parse().expect("a number of blocks");
        (blocks * 512, run.stderr)
    };
    let (all, expected) = run("tree", "1 GiB");
    let (some, tree) = run("tree", "128 KiB");
    assert_eq!(tree, expected);
    assert!(all > 2 << 20, "without the limit, {all} bytes wait");
    assert!(some <= 3 << 16, "with it, {some} bytes");
    assert_eq!(run("summary", "64 KiB").1, run("summary", "1 GiB").1);

    let lines = |limit: &str| {
        let path = scratch("trace.jsonl");
        let (waiting, said) = run(&format!("json:{}", path.display()), limit);
        assert_eq!(said, "");
        let text = fs::read_to_string(&path).expect("the trace");
        fs::remove_file(&path).expect("the trace");
        // What differs from run to run: the header, times and addresses.
        let event = |line: &str| {
            let mut event: Value = serde_json::from_str(line).expect("JSON");
            let object = event.as_object_mut().expect("an object");
            for key in ["t", "addr", "old_addr", "lived", "stack", "pid", "started_ms"] {
                object.remove(key);
            }
            event
        };
        (waiting, text.lines().map(event).collect::<Vec<_>>())
    };
    let ((_, expected), (waiting, events)) = (lines("1 GiB"), lines("64 KiB"));
    assert!(events == expected && events.len() > 100_000, "{} events, {}", events.len(), expected.len());
    assert!(waiting <= 2 << 16, "{waiting} bytes");
}
