//! `leaks`: the blocks that were never freed, by the statement that made them and the local that had them last.

use std::collections::{BTreeMap, HashMap};
use std::io::Write as _;

use serde::Serialize;
use trace_memory::event::Kind;
use trace_memory::print::{Style, escape, number};
use trace_memory::report::Leak;

use super::Head;
use crate::args::{Filter, Format, Report};
use crate::error::Error;
use crate::exit::Exit;
use crate::input::{End, Trace};
use crate::output::Sink;
use crate::table::{Side, Table, place, title};

pub(crate) fn run(arguments: &Report) -> Result<Exit, Error> {
    let (trace, mut sink) = super::open(&arguments.trace.trace, &arguments.output)?;
    let program = trace.header().program.clone();
    let (end, leaks) = leaks(trace, &arguments.filter)?;
    end.warn();
    match sink.format {
        Format::Text => write(&leaks, &end, &mut sink)?,
        Format::Json => {
            let head = Head::new("leaks", &program, &end);
            let (blocks, bytes) = (leaks.len(), sum(&leaks));
            sink.json(&Json { head, blocks, bytes, leaks: leaks.iter().map(Row::of).collect() })?;
        }
    }
    sink.finish()?;
    Ok(Exit::Success)
}

/// The blocks that are alive at the end, of those that are asked for.
fn leaks(trace: Trace, filter: &Filter) -> Result<(End, Vec<Leak>), Error> {
    // A block's thread is only known from its allocation.
    let mut threads = HashMap::new();
    let mut end = trace.events(&mut |event| {
        if filter.thread.is_some() {
            match &event.kind {
                Kind::Alloc(heap) => _ = threads.insert(heap.block, event.thread),
                Kind::Free(free) => _ = threads.remove(&free.heap.block),
                _ => {}
            }
        }
        Ok(())
    })?;
    let mut leaks = std::mem::take(&mut end.leaks);
    leaks.retain(|leak| {
        filter.has_function(leak.function.as_deref())
            && filter.has_local(leak.owner.as_ref().map(|owner| &*owner.local))
            && (filter.thread.is_none() || filter.thread == threads.get(&leak.block).copied())
    });
    Ok((end, leaks))
}

fn sum(leaks: &[Leak]) -> u64 {
    leaks.iter().fold(0, |sum, leak| sum.saturating_add(leak.bytes as u64))
}

/// Where blocks were allocated and who had them last: what a row of the table stands for.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Group<'a> {
    function: Option<&'a str>,
    file: Option<&'a str>,
    at: Option<(u32, u32)>,
    owner: Option<(&'a str, &'a str, bool)>,
}

fn write(leaks: &[Leak], end: &End, sink: &mut Sink) -> Result<(), Error> {
    let style = sink.style;
    if end.losses.heap_unseen {
        return Ok(writeln!(sink, "nothing is known of the heap: the allocator was not installed")?);
    }
    // The end of a block may be among what is missing.
    let why = if end.is_complete() { "never freed" } else { "whose end is not in the trace" };
    let blocks = number::counted(leaks.len() as u64, "block");
    if leaks.is_empty() {
        return Ok(writeln!(sink, "no block {why}")?);
    }
    title(&format!("{blocks} {why}, {}", number::bytes(sum(leaks))), &style, sink)?;
    let mut groups: BTreeMap<Group<'_>, Vec<&Leak>> = BTreeMap::new();
    for leak in leaks {
        groups.entry(Group::of(leak)).or_default().push(leak);
    }
    let mut groups: Vec<_> = groups.into_values().collect();
    let bytes = |leaks: &[&Leak]| leaks.iter().fold(0_u64, |sum, leak| sum.saturating_add(leak.bytes as u64));
    groups.sort_by_key(|leaks| std::cmp::Reverse(bytes(leaks)));
    let mut table = Table::new(&[
        ("bytes", Side::Right),
        ("blocks", Side::Right),
        ("which", Side::Left),
        ("last owner", Side::Left),
        ("allocated at", Side::Left),
        ("in", Side::Left),
    ]);
    for leaks in &groups {
        let Some(leak) = leaks.first() else { continue };
        table.push([
            number::bytes(bytes(leaks)),
            number::count(leaks.len() as u64),
            which(leaks, &style),
            owner(leak),
            place(leak.file.as_deref(), leak.at),
            leak.function.as_deref().map_or_else(|| "no traced function".into(), escape),
        ]);
    }
    Ok(table.write(&style, sink)?)
}

/// The number of the first block, and that there are more.
fn which(leaks: &[&Leak], style: &Style) -> String {
    let dots = if style.ascii { "..." } else { "…" };
    match leaks {
        [one] => format!("#{}", one.block),
        [first, ..] => format!("#{}, {dots}", first.block),
        [] => String::new(),
    }
}

fn owner(leak: &Leak) -> String {
    let Some(owner) = &leak.owner else { return "none seen".to_owned() };
    let moved = if owner.moved { ", moved out" } else { "" };
    format!("{}{moved}", escape(&owner.local))
}

impl<'a> Group<'a> {
    fn of(leak: &'a Leak) -> Self {
        let owner = leak.owner.as_ref();
        Self {
            function: leak.function.as_deref(),
            file: leak.file.as_deref(),
            at: leak.at.map(|at| (at.line, at.column)),
            owner: owner.map(|owner| (&*owner.local, &*owner.function, owner.moved)),
        }
    }
}

#[derive(Serialize)]
struct Json<'a> {
    #[serde(flatten)]
    head: Head,
    blocks: usize,
    bytes: u64,
    leaks: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    block: u64,
    bytes: usize,
    align: usize,
    #[serde(rename = "fn")]
    function: Option<&'a str>,
    file: Option<&'a str>,
    line: Option<u32>,
    column: Option<u32>,
    owner: Option<Owner<'a>>,
}

#[derive(Serialize)]
struct Owner<'a> {
    local: &'a str,
    #[serde(rename = "fn")]
    function: &'a str,
    moved: bool,
}

impl<'a> Row<'a> {
    fn of(leak: &'a Leak) -> Self {
        let &Leak { block, bytes, align, at, .. } = leak;
        let owner = leak.owner.as_ref();
        Self {
            block,
            bytes,
            align,
            function: leak.function.as_deref(),
            file: leak.file.as_deref(),
            line: at.map(|at| at.line),
            column: at.map(|at| at.column),
            owner: owner.map(|owner| Owner {
                local: &owner.local,
                function: &owner.function,
                moved: owner.moved,
            }),
        }
    }
}
