//! `summary`: what a trace comes to, as a whole and for each function.

use std::cmp::Reverse;
use std::io::Write as _;

use serde::Serialize;
use trace_memory::print::{self, Style, escape, number};
use trace_memory::report::Totals;

use super::Head;
use crate::args::{Filter, Format, Output, TraceFile};
use crate::error::Error;
use crate::exit::Exit;
use crate::input::End;
use crate::output::Sink;
use crate::profile::{Detail, Function, Heap, Sums};
use crate::table::{Side, Table};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    trace: TraceFile,
    /// Functions in the table; 0 for all
    #[arg(long, value_name = "N", default_value_t = 20)]
    top: usize,
    #[command(flatten)]
    filter: Filter,
    #[command(flatten)]
    output: Output,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Error> {
    super::refuse_local(&arguments.filter, "leaks")?;
    let (trace, mut sink) = super::open(&arguments.trace.trace, &arguments.output)?;
    let program = trace.header().program.clone();
    let (mut end, sums) = super::sums(trace, &arguments.filter, Detail::Functions)?;
    end.warn();
    let filter = &arguments.filter;
    if filter.function.is_some() || filter.thread.is_some() {
        // Which of them are of the blocks that were asked for is not kept; `leaks` tells.
        end.leaks.clear();
    }
    let functions = chosen(&sums);
    match sink.format {
        Format::Text => write(&sums.totals, &functions, (&end, arguments.top), &mut sink)?,
        Format::Json => {
            let rows = functions.iter().map(|function| Row::of(function, sink.style.stable)).collect();
            let head = Head::new("summary", &program, &end);
            sink.json(&Json { head, totals: Sum::of(&sums.totals, sink.style.stable), functions: rows })?;
        }
    }
    sink.finish()?;
    Ok(Exit::Success)
}

/// The functions that were asked for and called, those first that allocated most by themselves.
fn chosen(sums: &Sums) -> Vec<&Function> {
    let called = sums.functions.iter().filter(|function| function.chosen && function.calls > 0);
    let mut functions: Vec<_> = called.collect();
    functions.sort_by_key(|function| (Reverse((function.own.bytes, function.calls)), function.path.clone()));
    functions
}

fn write(
    totals: &Totals,
    functions: &[&Function],
    (end, top): (&End, usize),
    sink: &mut Sink,
) -> Result<(), Error> {
    let style = sink.style;
    print::write_totals(totals, &end.losses, &end.leaks, &style, sink)?;
    if functions.is_empty() {
        return Ok(writeln!(sink, "\nno traced function was called")?);
    }
    writeln!(sink)?;
    let mut table = Table::new(&[
        ("calls", Side::Right),
        ("allocations", Side::Right),
        ("bytes", Side::Right),
        ("with callees", Side::Right),
        ("peak of a call", Side::Right),
        ("stack", Side::Right),
        ("drops", Side::Right),
        ("function", Side::Left),
    ]);
    let shown = if top == 0 { functions.len() } else { top.min(functions.len()) };
    let (listed, rest) = functions.split_at(shown);
    for function in listed {
        table.push(cells(function, &style));
    }
    table.write(&style, sink)?;
    if !rest.is_empty() {
        let dots = if style.ascii { "..." } else { "…" };
        let more = number::counted(rest.len() as u64, "more function");
        writeln!(sink, "{dots} {more}; `--top 0` shows all")?;
    }
    Ok(())
}

fn cells(function: &Function, style: &Style) -> [String; 8] {
    let count = |count: u64| if count == 0 { String::new() } else { number::count(count) };
    let bytes = |bytes: u64| if bytes == 0 { String::new() } else { number::bytes(bytes) };
    let stack = function.stack_bytes.filter(|_| !style.stable);
    [
        number::count(function.calls),
        count(function.own.allocs),
        bytes(function.own.bytes),
        bytes(function.total.bytes),
        bytes(function.peak_bytes),
        stack.map_or_else(String::new, |stack| number::bytes(stack as u64)),
        count(function.drops),
        escape(&function.path),
    ]
}

#[derive(Serialize)]
struct Json<'a> {
    #[serde(flatten)]
    head: Head,
    totals: Sum<'a>,
    functions: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Sum<'a> {
    events: u64,
    allocs: u64,
    reallocs: u64,
    frees: u64,
    allocated_bytes: u64,
    peak_bytes: u64,
    live_bytes: u64,
    live_blocks: u64,
    doubts: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    deepest_stack_bytes: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    largest_frame: Option<Frame<'a>>,
}

#[derive(Serialize)]
struct Frame<'a> {
    stack_bytes: usize,
    #[serde(rename = "fn")]
    function: &'a str,
}

impl<'a> Sum<'a> {
    fn of(totals: &'a Totals, stable: bool) -> Self {
        let largest = totals.largest_frame.as_ref().filter(|_| !stable);
        Self {
            events: totals.events,
            allocs: totals.allocs,
            reallocs: totals.reallocs,
            frees: totals.frees,
            allocated_bytes: totals.allocated_bytes,
            peak_bytes: totals.peak_bytes,
            live_bytes: totals.live_bytes,
            live_blocks: totals.live_blocks,
            doubts: totals.doubts,
            deepest_stack_bytes: (!stable).then_some(totals.deepest_bytes),
            largest_frame: largest.map(|(bytes, function)| Frame { stack_bytes: *bytes, function }),
        }
    }
}

/// Amounts on the heap, as all reports in JSON write them.
#[derive(Serialize)]
struct Amounts {
    allocs: u64,
    reallocs: u64,
    frees: u64,
    bytes: u64,
    freed_bytes: u64,
}

impl From<Heap> for Amounts {
    fn from(heap: Heap) -> Self {
        let Heap { allocs, reallocs, frees, bytes, freed_bytes } = heap;
        Self { allocs, reallocs, frees, bytes, freed_bytes }
    }
}

#[derive(Serialize)]
struct Row<'a> {
    #[serde(rename = "fn")]
    function: &'a str,
    file: &'a str,
    line: u32,
    calls: u64,
    unwinds: u64,
    cancels: u64,
    own: Amounts,
    with_callees: Amounts,
    peak_bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    stack_bytes: Option<usize>,
    drops: u64,
    moves: u64,
}

impl<'a> Row<'a> {
    fn of(function: &'a Function, stable: bool) -> Self {
        Self {
            function: &function.path,
            file: &function.file,
            line: function.line,
            calls: function.calls,
            unwinds: function.unwinds,
            cancels: function.cancels,
            own: function.own.into(),
            with_callees: function.total.into(),
            peak_bytes: function.peak_bytes,
            stack_bytes: function.stack_bytes.filter(|_| !stable),
            drops: function.drops,
            moves: function.moves,
        }
    }
}
