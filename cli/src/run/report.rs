//! What is said of a run when it is over.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;

use trace_memory::report::Model;

use super::launch::Ended;
use super::selection::Choice;
use crate::error::Error;
use crate::input::Trace;

/// Larger traces are not read to say what is in them: that takes longer than this many bytes do.
const READ: u64 = 64 << 20;

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
        format!("bin:{}", self.folder.join(file).display())
    }

    fn of(&self, pid: u32) -> PathBuf {
        self.folder.join(format!("{}-{pid}-{}", self.name, self.stamp))
    }

    /// How many there are.
    fn count(&self) -> usize {
        let files = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let names = files.map(|file| file.file_name().to_string_lossy().into_owned());
        names.filter(|name| name.ends_with(&self.stamp)).count()
    }
}

/// A word like those of Cargo's, and what it is about.
#[expect(clippy::print_stderr, reason = "stdout is the program's")]
pub(super) fn say(verb: &str, text: &str) {
    use std::fmt::Write as _;
    use std::io::IsTerminal as _;
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let colored = match std::env::var("CARGO_TERM_COLOR").as_deref() {
        Ok("always") => true,
        Ok("never") => false,
        _ => !plain && std::io::stderr().is_terminal(),
    };
    let mut line = String::new();
    let _ = if colored {
        write!(line, "\x1b[1m\x1b[92m{verb:>12}\x1b[0m {text}")
    } else {
        write!(line, "{verb:>12} {text}")
    };
    eprintln!("{line}");
}

/// Says what there is of a run, and what to do with it.
pub(super) fn report(traces: &Traces, ended: &Ended, all: bool) -> Result<(), Error> {
    said_of(ended.status);
    let (own, count) = (traces.of(ended.pid), traces.count());
    let Ok(metadata) = fs::metadata(&own) else {
        none(count, all);
        return Ok(());
    };
    let here = std::env::current_dir().unwrap_or_default();
    let path = own.strip_prefix(&here).unwrap_or(&own);
    say("Trace", &format!("{} ({})", path.display(), bytes(metadata.len())));
    if metadata.len() <= READ {
        contents(&own)?.iter().for_each(|line| say("", line));
    } else {
        say("", "too large to be read in passing");
    }
    let name = if count > 1 {
        say(
            "",
            &format!(
                "{} of processes that the program started beside it",
                counted(count - 1, "more trace", "more traces")
            ),
        );
        path.display().to_string()
    } else {
        "latest".to_owned()
    };
    say("Next", &format!("cargo trace-memory summary {name}"));
    Ok(())
}

fn none(others: usize, all: bool) {
    let why = "no trace: no traced function of the program ran";
    if others > 0 {
        say(
            "Trace",
            &format!("{why}; {} of processes that it started", counted(others, "trace is", "traces are")),
        );
        say("Next", "cargo trace-memory summary latest");
    } else if all {
        say("Trace", why);
    } else {
        say("Trace", &format!("{why}; `run --all` traces every function, with the source as it is"));
    }
}

/// What a trace comes to.
fn contents(path: &Path) -> Result<Vec<String>, Error> {
    let trace = Trace::open(path)?;
    let allocator = trace.header().allocator;
    let (mut model, mut calls) = (Model::new(), 0_u64);
    let end = trace.events(&mut |event| {
        calls += u64::from(matches!(event.kind, trace_memory::event::Kind::Enter(_)));
        model.add(event);
        // They are not shown.
        drop(model.finished_roots());
        Ok(())
    })?;
    let totals = model.totals();
    let calls = counted(usize::try_from(calls).unwrap_or(usize::MAX), "call", "calls");
    let heap = if allocator {
        let allocations = totals.allocs;
        format!(
            "{}, {} asked for, {} at most at once, {} alive at the end",
            counted(usize::try_from(allocations).unwrap_or(usize::MAX), "allocation", "allocations"),
            bytes(totals.allocated_bytes),
            bytes(totals.peak_bytes),
            bytes(totals.live_bytes)
        )
    } else {
        "the heap is unknown: `trace_memory::Alloc` is not the global allocator".to_owned()
    };
    let mut lines = vec![format!("{calls}; {heap}")];
    if end.losses.lost > 0 {
        lines.push(format!("incomplete: {} events found no room", end.losses.lost));
    }
    Ok(lines)
}

fn counted(count: usize, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}

fn bytes(count: u64) -> String {
    let (mut tenths, mut unit) = (u128::from(count) * 10, "bytes");
    for larger in ["KiB", "MiB", "GiB", "TiB"] {
        if tenths < 10_240 {
            break;
        }
        (tenths, unit) = (tenths / 1024, larger);
    }
    if unit == "bytes" {
        counted(usize::try_from(count).unwrap_or(usize::MAX), "byte", "bytes")
    } else {
        format!("{}.{} {unit}", tenths / 10, tenths % 10)
    }
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

#[cfg(test)]
mod tests {
    #[test]
    fn sizes() {
        let cases = [
            (0, "0 bytes"),
            (1, "1 byte"),
            (1023, "1023 bytes"),
            (1024, "1.0 KiB"),
            (1 << 20, "1.0 MiB"),
            (u64::MAX, "16777215.9 TiB"),
        ];
        for (count, text) in cases {
            assert_eq!(super::bytes(count), text);
        }
    }
}
