//! What the trace itself takes while a program runs: it does not grow with the number of outermost calls.
#![cfg(target_os = "linux")]

use std::process::{Command, Stdio};

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
