//! What is said of a run when it is over.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;

use trace_memory::event::Kind;
use trace_memory::print::{escape, number};
use trace_memory::report::Model;

use super::launch::Ended;
use super::selection::Choice;
use crate::error::Error;
use crate::input::Trace;

/// Larger traces are not read to say what is in them: that takes longer than this many bytes do.
const READ: u64 = 256 << 20;

/// The name of the trace files of a run: new each time, whatever processes the program starts.
pub(super) struct Traces {
    folder: PathBuf,
    name: String,
    stamp: String,
}

impl Traces {
    pub(super) fn new(folder: PathBuf, choice: Choice<'_>) -> Result<Self, Error> {
        let shown = folder.display().to_string();
        // The runtime would put something else there.
        if shown.contains("{pid}") || shown.contains("{bin}") {
            let what = format!(
                "no trace can be written to `{}`: `{{pid}}` and `{{bin}}` have a meaning there",
                shown.escape_debug()
            );
            return Err(Error::usage(what, "name another folder with `--target-dir`"));
        }
        fs::create_dir_all(&folder).map_err(|error| {
            Error::failed(format!("cannot create `{}`: {error}", shown.escape_debug()), "")
        })?;
        let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
        let name = choice.target.name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Ok(Self { folder, name, stamp: format!("{}.bin", now.as_millis()) })
    }

    /// What `TRACE_MEMORY` says.
    pub(super) fn setting(&self) -> String {
        let file = format!("{}-{{pid}}-{}", self.name, self.stamp);
        // Viewers of time lines are one of the things that a trace is for.
        format!("clock=exact,bin:{}", self.folder.join(file).display())
    }

    fn of(&self, pid: u32) -> PathBuf {
        self.folder.join(format!("{}-{pid}-{}", self.name, self.stamp))
    }

    /// How many there are.
    fn count(&self) -> u64 {
        let files = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let names = files.map(|file| file.file_name().to_string_lossy().into_owned());
        names.filter(|name| name.ends_with(&self.stamp)).map(|_| 1).sum()
    }
}

/// A word like those of Cargo's, and what it is about; stdout is the program's.
pub(super) fn say(verb: &str, text: &str) {
    let style = clap_cargo::style::GOOD;
    anstream::eprintln!("{style}{verb:>12}{style:#} {text}");
}

/// Says what there is of a run, and what to do with it. Whatever is wrong with the trace, the program has run.
pub(super) fn report(traces: &Traces, ended: &Ended, all: bool) {
    said_of(ended.status);
    let (own, count) = (traces.of(ended.pid), traces.count());
    let Ok(metadata) = fs::metadata(&own) else {
        return none(count, all);
    };
    let here = std::env::current_dir().unwrap_or_default();
    let path = escape(&own.strip_prefix(&here).unwrap_or(&own).display().to_string());
    say("Trace", &format!("{path} ({})", number::bytes(metadata.len())));
    if metadata.len() <= READ {
        match contents(&own) {
            Ok(lines) => lines.iter().for_each(|line| say("", line)),
            Err(error) => say("", &format!("it cannot be read: {error}")),
        }
    }
    if count > 1 {
        let more = number::counted(count - 1, "more trace");
        say("", &format!("{more} beside it, of processes that the program started"));
        say("Next", &format!("cargo trace-memory summary {path}"));
    } else {
        say("Next", "cargo trace-memory summary latest");
    }
}

fn none(others: u64, all: bool) {
    let why = "none: no traced function of the program ran";
    if others > 0 {
        say(
            "Trace",
            &format!("{why}, but {} of processes that it started", number::counted(others, "trace")),
        );
        say("Next", "cargo trace-memory summary latest");
    } else if all {
        say("Trace", why);
    } else {
        say("Trace", &format!("{why}; `run --all` traces every function, and leaves the source as it is"));
    }
}

/// What a trace comes to.
fn contents(path: &Path) -> Result<Vec<String>, Error> {
    let trace = Trace::open(path)?;
    let is_heap_seen = trace.header().allocator;
    let (mut model, mut calls) = (Model::new(), 0_u64);
    let end = trace.events(&mut |event| {
        calls += u64::from(matches!(event.kind, Kind::Enter(_)));
        model.add(event);
        // They are not shown.
        drop(model.finished_roots());
        Ok(())
    })?;
    let totals = model.totals();
    let heap = if is_heap_seen {
        format!(
            "{}: {} in all, {} at most at once, {} alive at the end",
            number::counted(totals.allocs, "allocation"),
            number::bytes(totals.allocated_bytes),
            number::bytes(totals.peak_bytes),
            number::bytes(totals.live_bytes)
        )
    } else {
        "the heap is unknown, since `trace_memory::Alloc` is not the global allocator".to_owned()
    };
    let mut lines = vec![format!("{}; {heap}", number::counted(calls, "call"))];
    if end.losses.lost > 0 {
        lines.push(format!("incomplete: {} are missing", number::counted(end.losses.lost, "event")));
    }
    Ok(lines)
}

#[cfg(unix)]
fn said_of(status: ExitStatus) {
    use std::os::unix::process::ExitStatusExt as _;
    if let Some(signal) = status.signal() {
        let name = signal_hook::low_level::signal_name(signal).unwrap_or("a signal");
        say("Ended", &format!("the program, by {name} ({signal})"));
    }
}

#[cfg(not(unix))]
fn said_of(_: ExitStatus) {}
