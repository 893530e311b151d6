//! Tables in Apache Parquet: a folder for each table, in it a file for each run.
//!
//! Each row names its run, so the runs of many programs and machines can be exported into the same folders and queried
//! as one table.

mod blocks;
mod events;
mod frames;
mod table;

use std::fs;
use std::path::Path;

use trace_memory::report::Losses;
use trace_memory::wire::Header;

use self::blocks::Blocks;
use self::frames::Frames;
use self::table::{Cell, Table};
use super::Done;
use super::output::refused;
use super::paths::Paths;
use crate::error::Error;
use crate::input::Trace;

/// A row per run.
const RUNS: [(&str, &str); 21] = [
    ("run", "text"),
    ("host", "text"),
    ("program", "text"),
    ("pid", "int"),
    ("started", "time"),
    ("allocator", "flag"),
    ("debug_assertions", "flag"),
    ("end_ns", "int"),
    ("events", "int"),
    ("lost", "int"),
    ("skipped", "int"),
    ("non_lifo", "int"),
    ("allocs", "int"),
    ("reallocs", "int"),
    ("frees", "int"),
    ("allocated_bytes", "int"),
    ("peak_bytes", "int"),
    ("live_blocks", "int"),
    ("live_bytes", "int"),
    ("threads", "int"),
    ("trace_memory", "text"),
];

const TABLES: [&str; 6] = ["runs", "functions", "frames", "blocks", "events", "pointers"];

/// Which run a row is of.
#[derive(Debug)]
struct Run {
    name: String,
    host: Option<String>,
    program: String,
}

impl Run {
    fn new(header: &Header, host: Option<&str>) -> Self {
        let mut name = format!("{}-{}-{}", header.program, header.started_ms, header.pid);
        if let Some(host) = host {
            name = format!("{name}-{host}");
        }
        Self { name: file_name(&name), host: host.map(str::to_owned), program: header.program.clone() }
    }

    fn cells(&self) -> [Cell<'_>; 3] {
        [Cell::Text(&self.name), Cell::text(self.host.as_ref()), Cell::Text(&self.program)]
    }
}

/// A name that is one file's on any system. A trace may come from anywhere.
fn file_name(text: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '_' };
    let name: String = text.chars().map(plain).collect();
    let name = name.trim_start_matches(['.', '-']);
    // The end tells runs apart: the time, the process and the host.
    name[name.len().saturating_sub(200)..].to_owned()
}

pub(super) fn write(trace: Trace, folder: &Path, host: Option<&str>, force: bool) -> Result<Done, Error> {
    if folder.as_os_str() == "-" {
        return Err(Error::usage(
            "`parquet` is a directory of files, which stdout is not",
            "name a directory",
        ));
    }
    if fs::metadata(folder).is_ok_and(|there| !there.is_dir()) {
        return Err(refused(folder, "is not a directory", "`parquet` needs one, which may be new"));
    }
    let header = trace.header().clone();
    let run = Run::new(&header, host);
    for table in TABLES {
        let path = folder.join(table).join(format!("{}.parquet", run.name));
        if !force && path.exists() {
            return Err(Error::Exists(path));
        }
    }
    let mut tables = Tables::create(folder, &run)?;
    let (mut paths, mut frames, mut blocks) = (Paths::new(), Frames::default(), Blocks::default());
    let (mut end_ns, mut threads) = (0, std::collections::HashSet::new());
    let done = super::stream(trace, &mut |event| {
        end_ns = end_ns.max(event.at_ns);
        threads.insert(event.thread);
        paths.follow(event);
        frames.add(event, &run, &mut tables.frames)?;
        blocks.add(event, &paths, &run, &mut tables.blocks)?;
        events::write_event(event, &run, &mut tables.events)?;
        events::write_pointers(event, &run, &mut tables.pointers)
    })?;
    frames.finish(&run, &mut tables.frames, &mut tables.functions)?;
    let (totals, live_blocks) = blocks.finish(&run, &mut tables.blocks)?;
    let [name, host, program] = run.cells();
    let Losses { lost, skipped, non_lifo, .. } = done.end.losses;
    tables.runs.row(&[
        name,
        host,
        program,
        Cell::int(header.pid),
        Cell::int(header.started_ms),
        Cell::Flag(header.allocator),
        Cell::Flag(header.debug_assertions),
        Cell::int(end_ns),
        Cell::int(done.events),
        Cell::int(lost),
        Cell::int(skipped),
        Cell::int(non_lifo),
        Cell::int(totals.allocs),
        Cell::int(totals.reallocs),
        Cell::int(totals.frees),
        Cell::int(totals.allocated_bytes),
        Cell::int(totals.peak_bytes),
        Cell::int(live_blocks),
        Cell::int(totals.live_bytes),
        Cell::int(threads.len() as u64),
        Cell::Text(env!("CARGO_PKG_VERSION")),
    ])?;
    tables.publish(force)?;
    Ok(done)
}

/// The tables of a run.
struct Tables {
    runs: Table,
    functions: Table,
    frames: Table,
    blocks: Table,
    events: Table,
    pointers: Table,
}

impl Tables {
    fn create(folder: &Path, run: &Run) -> Result<Self, Error> {
        let table = |name: &str, schema| Table::create(&folder.join(name), &run.name, schema);
        Ok(Self {
            runs: table("runs", &RUNS)?,
            functions: table("functions", &frames::FUNCTIONS)?,
            frames: table("frames", &frames::FRAMES)?,
            blocks: table("blocks", &blocks::BLOCKS)?,
            events: table("events", &events::EVENTS)?,
            pointers: table("pointers", &events::POINTERS)?,
        })
    }

    /// All files get their names once all are complete; that of the run comes last, and says that the others are there.
    fn publish(self, force: bool) -> Result<(), Error> {
        let Self { runs, functions, frames, blocks, events, pointers } = self;
        let complete = [events, pointers, blocks, frames, functions, runs].map(Table::finish);
        let complete = complete.into_iter().collect::<Result<Vec<_>, _>>()?;
        complete.into_iter().try_for_each(|table| table.publish(force))
    }
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn a_run_names_a_file_in_its_folder() {
        assert_eq!(file_name("../../etc/passwd-1-2"), "_.._etc_passwd-1-2");
        assert_eq!(file_name("-rf π\n-17"), "rf___-17");
        assert_eq!(file_name(&"x".repeat(500)).len(), 200);
    }
}
