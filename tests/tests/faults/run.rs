//! Running the subject under a fault, and what is looked at afterwards.

use std::fs;
use std::io::{self, BufRead, Read};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde_json::Value;
use trace_memory_tests::scratch;

/// What is wrong with the world around the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing.
    None,
    /// No file may have more bytes than this.
    FileSize(u64),
    /// No further file can be opened.
    Descriptors,
    /// The file system takes nothing at a given place of a file, as if it were full.
    FullAt,
    /// Nothing more can be written to any file but the first three.
    FullFile,
    /// No memory of the size of a buffer of the tracer's is to be had.
    Buffers,
    /// No file can be created.
    NoFiles,
    /// The system has no memory that has the shape of a file.
    NoMemoryFile,
    /// Stderr takes nothing.
    ErrorFull,
    /// Stderr is closed.
    ErrorClosed,
    /// Nobody reads the pipe that stderr is.
    ErrorUnread,
    /// Stderr is a file that must not grow beyond so many bytes.
    ErrorLimited(u64),
}

/// How long a run may take before it counts as hanging.
const PATIENCE: Duration = Duration::new(60, 0);

/// What a run has left.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outcome {
    /// Under which setting.
    pub(crate) sink: &'static str,
    /// How it ended.
    pub(crate) end: String,
    /// What it printed.
    pub(crate) stdout: String,
    /// What stood on stderr beside the tracer's messages; only where no tree stands there.
    pub(crate) stderr: String,
    /// The tracer's messages, without what differs from run to run.
    pub(crate) messages: Vec<String>,
    /// What the tree, the lines or the summary say of losses and leaks.
    pub(crate) rows: Vec<String>,
    /// The lines of the trace; `None` if there is none.
    pub(crate) trace: Option<Vec<Value>>,
    /// Whether a line of the trace is no JSON, or they are not in order.
    pub(crate) torn: bool,
}

/// The program, what it does, and under which fault.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject {
    pub(crate) mode: &'static str,
    pub(crate) count: u32,
    pub(crate) fault: Fault,
    pub(crate) env: &'static [(&'static str, &'static str)],
    /// The program, if it is not the usual one.
    pub(crate) exe: &'static str,
}

/// Runs it under a setting: `off`, `tree`, `live`, `summary`, `json`.
pub(crate) fn run(subject: &Subject, sink: &'static str) -> Outcome {
    let path = scratch("trace.jsonl");
    let mut command = Command::new(subject.exe);
    command.arg(subject.mode).arg(subject.count.to_string()).stdin(Stdio::null());
    for name in ["TRACE_MEMORY_OVERWRITE", "TRACE_MEMORY_STACK_ONLY", "RUST_BACKTRACE", "TMPDIR"] {
        command.env_remove(name);
    }
    command.env("TRACE_MEMORY_STABLE", "1").env("TRACE_MEMORY_COLOR", "never").env("RUST_BACKTRACE", "0");
    let setting = if sink == "json" { format!("json:{}", path.display()) } else { sink.to_owned() };
    command.env("TRACE_MEMORY", setting).envs(subject.env.iter().copied());
    let (stdout, out) = io::pipe().expect("there are pipes");
    let (stderr, err) = io::pipe().expect("there are pipes");
    command.stdout(out).stderr(match subject.fault {
        Fault::ErrorFull => Stdio::from(fs::File::create("/dev/full").expect("it is there")),
        Fault::ErrorUnread => Stdio::from(io::pipe().expect("there are pipes").1),
        Fault::ErrorLimited(_) => {
            Stdio::from(fs::File::create(path.with_extension("stderr")).expect("a file"))
        }
        _ => Stdio::from(err.try_clone().expect("a descriptor is free")),
    });
    drop(err);
    let fault = subject.fault;
    // SAFETY: between `fork` and `exec` it makes system calls only.
    unsafe { command.pre_exec(move || super::fault::make(fault)) };
    command.process_group(0);
    let child = command.spawn().expect("the subject starts");
    // The ends for writing are the child's alone now.
    drop(command);
    let readers = [read(stdout), read(stderr)];
    let status = wait(child);
    let [stdout, stderr] = readers.map(|reader| reader.join().expect("it is readable"));
    let (trace, torn) = lines(&path);
    let mut outcome = Outcome { sink, end: end(status), stdout, trace, torn, ..Outcome::default() };
    let here = path.display().to_string();
    for line in stderr.lines() {
        if line.starts_with("trace-memory: ") {
            outcome.messages.push(numbers_gone(&line.replace(&here, "PATH")));
        } else if sink == "json" || sink == "off" {
            // The frames of a backtrace have addresses, and the tracer's own panic hook is one of them.
            if !line.starts_with("  ") {
                outcome.stderr.extend([without_thread_id(line).as_str(), "\n"]);
            }
        } else if let Some(row) = row(line) {
            outcome.rows.push(row);
        }
    }
    outcome
}

fn read(mut from: impl Read + Send + 'static) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // A broken pipe leaves what came before.
        let _ = from.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Waits, but not for ever: after that, the child and what it has started are killed.
fn wait(mut child: Child) -> Option<ExitStatus> {
    let group = libc::pid_t::try_from(child.id()).expect("the system's numbers are small");
    let (ended, heard) = mpsc::channel::<()>();
    let watch = thread::spawn(move || {
        let hangs = heard.recv_timeout(PATIENCE) == Err(mpsc::RecvTimeoutError::Timeout);
        if hangs {
            // SAFETY: the group is the child's own, and has not ended.
            unsafe { libc::kill(-group, libc::SIGKILL) };
        }
        hangs
    });
    let status = child.wait().expect("it is this process's child");
    drop(ended);
    let hangs = watch.join().expect("it ends well");
    (!hangs).then_some(status)
}

fn end(status: Option<ExitStatus>) -> String {
    match status.map(|status| (status.code(), status.signal())) {
        Some((Some(code), _)) => format!("status {code}"),
        Some((None, Some(signal))) => format!("signal {signal}"),
        _ => "hangs".to_owned(),
    }
}

/// The lines of the file, but for those about values; and whether something is wrong with it.
fn lines(path: &Path) -> (Option<Vec<Value>>, bool) {
    let Ok(file) = fs::File::open(path) else { return (None, false) };
    let (mut lines, mut torn, mut last) = (Vec::new(), false, 0);
    for line in io::BufReader::new(file).lines() {
        let Some(line) = line.ok().and_then(|line| serde_json::from_str::<Value>(&line).ok()) else {
            torn = true;
            continue;
        };
        if let Some(number) = line["seq"].as_u64() {
            torn |= number <= last;
            last = number;
        }
        if !["bind", "scan", "move", "drop"].iter().any(|event| line["ev"] == *event) {
            lines.push(line);
        }
    }
    (Some(lines), torn)
}

/// What a summary says of losses and leaks.
fn row(line: &str) -> Option<String> {
    let said = ["lost: ", "skipped: ", "ended out of order", "never freed", "not installed"];
    said.into_iter().find(|said| line.contains(said)).map(|said| said.trim_end_matches(": ").to_owned())
}

/// The number of a thread is another one in each run.
fn without_thread_id(line: &str) -> String {
    match line.split_once("' (").and_then(|(name, rest)| Some((name, rest.split_once(") ")?.1))) {
        Some((name, rest)) if line.starts_with("thread '") => format!("{name}' {rest}"),
        _ => line.to_owned(),
    }
}

/// Counts differ from run to run; the numbers of errors do not.
fn numbers_gone(line: &str) -> String {
    let words: Vec<_> = line.split(' ').collect();
    let shown = words.iter().enumerate().map(|(index, word)| {
        let counts = words.get(index + 1).is_some_and(|next| next.starts_with("events"));
        if counts && word.parse::<u64>().is_ok() { "N" } else { word }
    });
    shown.collect::<Vec<_>>().join(" ")
}
