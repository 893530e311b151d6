//! The verbs that read traces. Each reads events, one at a time, and writes one report.

pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod diff;
pub(crate) mod drops;
mod functions;
pub(crate) mod leaks;
pub(crate) mod show;
pub(crate) mod sites;
pub(crate) mod summary;
pub(crate) mod tree;

use std::fs;
use std::path::Path;

use serde::Serialize;

use crate::args;
use crate::error::{Error, shown};
use crate::input::{End, Trace};
use crate::output::Sink;
use crate::profile::{Detail, Profile, Sums};

/// Opens a trace and the report on it.
fn open(trace: &Path, output: &args::Output) -> Result<(Trace, Sink), Error> {
    let trace = Trace::open(trace)?;
    keep_apart(&trace, output)?;
    Ok((trace, Sink::open(output)?))
}

/// A report must not replace the trace that it is made of.
fn keep_apart(trace: &Trace, output: &args::Output) -> Result<(), Error> {
    let Some(path) = output.file.as_deref() else { return Ok(()) };
    let same = fs::canonicalize(path).ok().zip(fs::canonicalize(trace.path()).ok());
    if same.is_some_and(|(report, trace)| report == trace) {
        let what = format!("{} is the trace itself", shown(path));
        return Err(Error::usage(what, "write the report into another file"));
    }
    Ok(())
}

/// Sums up a trace.
fn sums(trace: Trace, filter: &args::Filter, detail: Detail) -> Result<(End, Sums), Error> {
    let mut profile = Profile::new(filter, detail);
    let end = trace.events(&mut |event| {
        profile.add(event);
        Ok(())
    })?;
    Ok((end, profile.finish()))
}

/// What every report in JSON begins with.
#[derive(Debug, Serialize)]
struct Head {
    /// Version of the reports: keys are added within one, never removed.
    version: u32,
    report: &'static str,
    program: String,
    finished: bool,
    lost: u64,
    skipped: u64,
    non_lifo: u64,
    heap_unseen: bool,
}

impl Head {
    fn new(report: &'static str, program: &str, end: &End) -> Self {
        let trace_memory::report::Losses { lost, skipped, non_lifo, heap_unseen } = end.losses;
        let (program, finished) = (program.to_owned(), end.finished);
        Self { version: 1, report, program, finished, lost, skipped, non_lifo, heap_unseen }
    }
}

/// Where a local says nothing: what to use instead.
fn refuse_local(filter: &args::Filter, verb: &str) -> Result<(), Error> {
    if filter.local.is_none() {
        return Ok(());
    }
    let help = format!("`cargo trace-memory {verb} --local NAME` knows them");
    Err(Error::usage("`--local` says nothing here: these sums are not of locals", help))
}
