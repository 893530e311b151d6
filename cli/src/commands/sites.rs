//! `sites`: the statements that allocate, and what could be saved there.

use std::cmp::Reverse;
use std::io::Write as _;

use serde::Serialize;
use trace_memory::print::{escape, number};

use super::Head;
use crate::args::{Filter, Format, Output, TraceFile};
use crate::error::Error;
use crate::exit::Exit;
use crate::input::End;
use crate::output::Sink;
use crate::profile::{Detail, Growth, Site, Sums};
use crate::table::{Side, Table, place, title};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    trace: TraceFile,
    /// Rows of each list; 0 for all
    #[arg(long, value_name = "N", default_value_t = 10)]
    top: usize,
    #[command(flatten)]
    filter: Filter,
    #[command(flatten)]
    output: Output,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Error> {
    let (trace, mut sink) = super::open(&arguments.trace.trace, &arguments.output)?;
    let program = trace.header().program.clone();
    let (end, mut sums) = super::sums(trace, &arguments.filter, Detail::Sites)?;
    end.warn();
    let of_local = |site: &Site| arguments.filter.has_local(site.owner.as_ref().map(|(local, _)| &**local));
    sums.sites.retain(|site| site.allocs > 0 && of_local(site));
    sums.sites.sort_by_key(|site| Reverse((site.bytes, site.allocs)));
    match sink.format {
        Format::Text => write(&sums, &end, arguments.top, &mut sink)?,
        Format::Json => {
            let sites = sums.sites.iter().map(|site| Row::of(site, &sums)).collect();
            sink.json(&Json { head: Head::new("sites", &program, &end), sites })?;
        }
    }
    sink.finish()?;
    Ok(Exit::Success)
}

fn write(sums: &Sums, end: &End, top: usize, sink: &mut Sink) -> Result<(), Error> {
    if end.losses.heap_unseen {
        return Ok(writeln!(sink, "nothing is known of the heap: the allocator was not installed")?);
    }
    if sums.sites.is_empty() {
        return Ok(writeln!(sink, "nothing was allocated")?);
    }
    let by_count = sorted(sums, |site| site.allocs);
    let temporary = sorted(sums, |site| site.temporary);
    let growing = sorted(sums, |site| site.growth.reallocs);
    list("most bytes", &sums.sites.iter().collect::<Vec<_>>(), (sums, top), sink)?;
    writeln!(sink)?;
    list("most allocations", &by_count, (sums, top), sink)?;
    if !temporary.is_empty() {
        writeln!(sink)?;
        list("temporary: freed before their thread allocated again", &temporary, (sums, top), sink)?;
    }
    if !growing.is_empty() {
        writeln!(sink)?;
        grown(&growing, (sums, top), sink)?;
    }
    Ok(())
}

/// The sites that have any of it, those first that have most.
fn sorted(sums: &Sums, key: impl Fn(&Site) -> u64) -> Vec<&Site> {
    let mut sites: Vec<_> = sums.sites.iter().filter(|site| key(site) > 0).collect();
    sites.sort_by_key(|site| Reverse(key(site)));
    sites
}

fn cut(sites: &[&Site], top: usize) -> usize {
    if top == 0 { sites.len() } else { top.min(sites.len()) }
}

fn more(left: usize, sink: &mut Sink) -> Result<(), Error> {
    let dots = if sink.style.ascii { "..." } else { "…" };
    if left > 0 {
        writeln!(sink, "{dots} {}; `--top 0` shows all", number::counted(left as u64, "more site"))?;
    }
    Ok(())
}

fn list(name: &str, sites: &[&Site], (sums, top): (&Sums, usize), sink: &mut Sink) -> Result<(), Error> {
    let style = sink.style;
    title(name, &style, sink)?;
    let mut table = Table::new(&[
        ("bytes", Side::Right),
        ("allocations", Side::Right),
        ("temporary", Side::Right),
        ("peak", Side::Right),
        ("alive at the end", Side::Right),
        ("first owner", Side::Left),
        ("at", Side::Left),
        ("in", Side::Left),
    ]);
    let shown = cut(sites, top);
    for site in &sites[..shown] {
        let count = |count: u64| if count == 0 { String::new() } else { number::count(count) };
        let live = if site.live_blocks == 0 { String::new() } else { number::bytes(site.live_bytes) };
        let owner = site.owner.as_ref().map_or_else(String::new, |(local, _)| escape(local));
        let [at, function] = whereabouts(site, sums);
        table.push([
            number::bytes(site.bytes),
            number::count(site.allocs),
            count(site.temporary),
            number::bytes(site.peak_bytes),
            live,
            owner,
            at,
            function,
        ]);
    }
    table.write(&style, sink)?;
    more(sites.len() - shown, sink)
}

/// The place of a site, and its function.
fn whereabouts(site: &Site, sums: &Sums) -> [String; 2] {
    let function = site.function.and_then(|function| sums.functions.get(function as usize));
    let path = function.map_or_else(|| "no traced function".into(), |function| escape(&function.path));
    [place(function.map(|function| &*function.file), site.at), path]
}

fn grown(sites: &[&Site], (sums, top): (&Sums, usize), sink: &mut Sink) -> Result<(), Error> {
    let style = sink.style;
    title("grown by reallocation", &style, sink)?;
    let shown = cut(sites, top);
    for site in &sites[..shown] {
        let [at, function] = whereabouts(site, sums);
        let growth = &site.growth;
        let blocks = number::counted(growth.blocks, "block");
        let reallocs = number::counted(growth.reallocs, "reallocation");
        writeln!(sink, "{at}  {function}: {blocks}, {reallocs}")?;
        let times = if growth.most_reallocs == 1 {
            "once".into()
        } else {
            format!("{} times", number::count(growth.most_reallocs))
        };
        let [first, last] = [growth.first_bytes, growth.last_bytes].map(|bytes| number::bytes(bytes as u64));
        let subject = if growth.blocks == 1 { "it grew" } else { "one grew" };
        writeln!(sink, "  {subject} {times}, from {first} to {last}; {}", advice(site))?;
    }
    more(sites.len() - shown, sink)
}

/// What to write instead: in elements, where it was a local of a known type that grew, else in bytes.
fn advice(site: &Site) -> String {
    let bytes = site.growth.last_bytes;
    match (capacity(&site.growth), site.growth.type_name.as_deref().and_then(collection)) {
        (Some(capacity), Some(name)) => {
            format!("`{name}::with_capacity({capacity})` would allocate once")
        }
        _ => format!("room for {} from the start would be one allocation", number::bytes(bytes as u64)),
    }
}

/// How many elements the block had room for at its largest.
fn capacity(growth: &Growth) -> Option<usize> {
    let element = growth.element_bytes.filter(|&bytes| bytes > 0)?;
    growth.last_bytes.is_multiple_of(element).then_some(growth.last_bytes / element)
}

fn collection(type_name: &str) -> Option<&'static str> {
    let known = [
        ("alloc::string::String", "String"),
        ("alloc::vec::Vec<", "Vec"),
        ("alloc::collections::vec_deque::VecDeque<", "VecDeque"),
    ];
    known.into_iter().find(|(path, _)| type_name.starts_with(path)).map(|(_, name)| name)
}

#[derive(Serialize)]
struct Json<'a> {
    #[serde(flatten)]
    head: Head,
    sites: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    #[serde(rename = "fn")]
    function: Option<&'a str>,
    file: Option<&'a str>,
    line: Option<u32>,
    column: Option<u32>,
    allocs: u64,
    bytes: u64,
    temporary: u64,
    peak_bytes: u64,
    live_blocks: u64,
    live_bytes: u64,
    owner: Option<&'a str>,
    owner_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    growth: Option<Grown<'a>>,
}

/// The most is of the block that was reallocated most often.
#[derive(Serialize)]
struct Grown<'a> {
    blocks: u64,
    reallocs: u64,
    most_reallocs: u64,
    first_bytes: usize,
    last_bytes: usize,
    #[serde(rename = "type")]
    type_name: Option<&'a str>,
    capacity: Option<usize>,
}

impl<'a> Row<'a> {
    fn of(site: &'a Site, sums: &'a Sums) -> Self {
        let function = site.function.and_then(|function| sums.functions.get(function as usize));
        let growth = (site.growth.blocks > 0).then(|| Grown {
            blocks: site.growth.blocks,
            reallocs: site.growth.reallocs,
            most_reallocs: site.growth.most_reallocs,
            first_bytes: site.growth.first_bytes,
            last_bytes: site.growth.last_bytes,
            type_name: site.growth.type_name.as_deref(),
            capacity: capacity(&site.growth),
        });
        Self {
            function: function.map(|function| &*function.path),
            file: function.map(|function| &*function.file),
            line: site.at.map(|at| at.line),
            column: site.at.map(|at| at.column),
            allocs: site.allocs,
            bytes: site.bytes,
            temporary: site.temporary,
            peak_bytes: site.peak_bytes,
            live_blocks: site.live_blocks,
            live_bytes: site.live_bytes,
            owner: site.owner.as_ref().map(|(local, _)| &**local),
            owner_type: site.owner.as_ref().map(|(_, type_name)| &**type_name),
            growth,
        }
    }
}
