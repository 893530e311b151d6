//! `diff`: what two traces of a program do differently, function by function and statement by statement.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;

use serde::Serialize;
use trace_memory::print::{escape, number};
use trace_memory::site::Position;

use super::Head;
use crate::args::{Filter, Format, Output};
use crate::error::Error;
use crate::exit::Exit;
use crate::input::{End, Trace};
use crate::output::Sink;
use crate::profile::{Detail, Sums};
use crate::table::{line, place, title};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The trace before
    before: PathBuf,
    /// The trace after; `latest` is the newest one
    #[arg(default_value = "latest")]
    after: PathBuf,
    /// Ends with status 100 if allocations, bytes, peak, stack or drops have increased anywhere
    #[arg(long)]
    fail_on_increase: bool,
    #[command(flatten)]
    filter: Filter,
    #[command(flatten)]
    output: Output,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Error> {
    super::refuse_local(&arguments.filter, "sites")?;
    let before = Trace::open(&arguments.before)?;
    let (after, mut sink) = super::open(&arguments.after, &arguments.output)?;
    super::keep_apart(&before, &arguments.output)?;
    let stable = sink.style.stable;
    let (a, before_end) = amounts(before, &arguments.filter, stable)?;
    let (b, after_end) = amounts(after, &arguments.filter, stable)?;
    before_end.1.warn();
    after_end.1.warn();
    let rows = compare(a, b);
    match sink.format {
        Format::Text => write(&rows, &mut sink)?,
        Format::Json => {
            let heads = [("diff", before_end), ("diff", after_end)];
            let [before, after] = heads.map(|(name, (program, end))| Head::new(name, &program, &end));
            sink.json(&Json { version: 1, report: "diff", before, after, changes: rows.iter().collect() })?;
        }
    }
    sink.finish()?;
    let increased = rows.iter().any(Change::has_increase);
    Ok(if arguments.fail_on_increase && increased { Exit::Violation } else { Exit::Success })
}

/// What is compared: a place in the source. A statement is known by its distance from the line of its function, so
/// that lines added above the function do not matter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Whole,
    Function(String),
    Site { function: Option<String>, down: Option<(i64, u32)> },
}

/// How much of something there is, by the names of the amounts.
type Amounts = BTreeMap<Measure, u64>;
/// Where it was seen in the source, and how much there is.
type Seen = BTreeMap<Key, (String, Amounts)>;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
enum Measure {
    Calls,
    Allocs,
    Bytes,
    PeakBytes,
    StackBytes,
    Drops,
    LeakedBlocks,
    LeakedBytes,
}

impl Measure {
    fn name(self) -> &'static str {
        match self {
            Self::Calls => "calls",
            Self::Allocs => "allocations",
            Self::Bytes => "bytes",
            Self::PeakBytes => "peak",
            Self::StackBytes => "stack",
            Self::Drops => "drops",
            Self::LeakedBlocks => "blocks never freed",
            Self::LeakedBytes => "bytes never freed",
        }
    }

    fn show(self, amount: u64) -> String {
        match self {
            Self::Calls | Self::Allocs | Self::Drops | Self::LeakedBlocks => number::count(amount),
            Self::Bytes | Self::PeakBytes | Self::StackBytes | Self::LeakedBytes => number::bytes(amount),
        }
    }
}

fn amounts(trace: Trace, filter: &Filter, stable: bool) -> Result<(Seen, (String, End)), Error> {
    let program = trace.header().program.clone();
    let (end, sums) = super::sums(trace, filter, Detail::Sites)?;
    let mut seen = Seen::new();
    let totals = &sums.totals;
    let whole = [
        (Measure::Allocs, totals.allocs),
        (Measure::Bytes, totals.allocated_bytes),
        (Measure::PeakBytes, totals.peak_bytes),
        (Measure::LeakedBlocks, totals.live_blocks),
        (Measure::LeakedBytes, totals.live_bytes),
    ];
    seen.insert(Key::Whole, (String::new(), whole.into()));
    for function in sums.functions.iter().filter(|function| function.chosen && function.calls > 0) {
        let stack = function.stack_bytes.filter(|_| !stable).unwrap_or(0);
        let measures = [
            (Measure::Calls, function.calls),
            (Measure::Allocs, function.own.allocs),
            (Measure::Bytes, function.own.bytes),
            (Measure::PeakBytes, function.peak_bytes),
            (Measure::StackBytes, stack as u64),
            (Measure::Drops, function.drops),
        ];
        let at = line(&function.file, function.line);
        add(&mut seen, Key::Function(function.path.to_string()), at, &measures);
    }
    for site in sums.sites.iter().filter(|site| site.allocs > 0) {
        let (key, at) = site_key(site.function, site.at, &sums);
        let measures = [
            (Measure::Allocs, site.allocs),
            (Measure::Bytes, site.bytes),
            (Measure::PeakBytes, site.peak_bytes),
        ];
        add(&mut seen, key, at, &measures);
    }
    Ok((seen, (program, end)))
}

fn site_key(function: Option<u32>, at: Option<Position>, sums: &Sums) -> (Key, String) {
    let function = function.and_then(|function| sums.functions.get(function as usize));
    let line = function.map_or(0, |function| function.line);
    let down = at.map(|at| (i64::from(at.line) - i64::from(line), at.column));
    let shown = place(function.map(|function| &*function.file), at);
    (Key::Site { function: function.map(|function| function.path.to_string()), down }, shown)
}

/// Functions of one name are one: bodies that a macro made, say. Their peaks and stacks are the largest.
fn add(seen: &mut Seen, key: Key, at: String, measures: &[(Measure, u64)]) {
    let (_, amounts) = seen.entry(key).or_insert_with(|| (at, Amounts::new()));
    for &(measure, amount) in measures {
        let known = amounts.entry(measure).or_default();
        *known = match measure {
            Measure::PeakBytes | Measure::StackBytes => (*known).max(amount),
            _ => known.saturating_add(amount),
        };
    }
}

/// Something of which the traces have different amounts.
#[derive(Debug)]
struct Change {
    key: Key,
    /// Where it is in the source; in the later trace, if it is there.
    at: String,
    before: Option<Amounts>,
    after: Option<Amounts>,
}

impl Change {
    /// The amounts that differ; what is not there has none of anything.
    fn measures(&self) -> Vec<(Measure, u64, u64)> {
        let none = Amounts::new();
        let (before, after) = (self.before.as_ref().unwrap_or(&none), self.after.as_ref().unwrap_or(&none));
        let names: std::collections::BTreeSet<_> = before.keys().chain(after.keys()).copied().collect();
        let amount = |amounts: &Amounts, name| amounts.get(&name).copied().unwrap_or(0);
        let all = names.into_iter().map(|name| (name, amount(before, name), amount(after, name)));
        all.filter(|(_, before, after)| before != after).collect()
    }

    /// More calls alone cost nothing.
    fn has_increase(&self) -> bool {
        self.measures().iter().any(|(name, before, after)| *name != Measure::Calls && after > before)
    }
}

fn compare(mut before: Seen, after: Seen) -> Vec<Change> {
    let mut changes: Vec<_> = after
        .into_iter()
        .map(|(key, (at, amounts))| {
            let before = before.remove(&key).map(|(_, amounts)| amounts);
            Change { key, at, before, after: Some(amounts) }
        })
        .collect();
    let gone = before.into_iter();
    changes.extend(gone.map(|(key, (at, amounts))| Change { key, at, before: Some(amounts), after: None }));
    changes.retain(|change| !change.measures().is_empty());
    changes.sort_by(|a, b| a.key.cmp(&b.key));
    changes
}

fn write(changes: &[Change], sink: &mut Sink) -> Result<(), Error> {
    if changes.is_empty() {
        return Ok(writeln!(sink, "no difference")?);
    }
    let style = sink.style;
    let mut part = "";
    for change in changes {
        let (name, of) = match &change.key {
            Key::Whole => ("", "in all".to_owned()),
            Key::Function(path) => ("functions", format!("{}  {}", escape(path), change.at)),
            Key::Site { function, .. } => {
                let function = function.as_deref().map_or_else(|| "no traced function".into(), escape);
                let at = if change.at.is_empty() { "no statement" } else { &change.at };
                ("statements that allocate", format!("{at}  {function}"))
            }
        };
        if name != part {
            writeln!(sink)?;
            title(name, &style, sink)?;
            part = name;
        }
        let only = match (&change.before, &change.after) {
            (None, _) => "  (only in the second)",
            (_, None) => "  (only in the first)",
            _ => "",
        };
        writeln!(sink, "{of}{only}")?;
        for (measure, before, after) in change.measures() {
            write_measure((measure, before, after), sink)?;
        }
    }
    Ok(())
}

fn write_measure((measure, before, after): (Measure, u64, u64), sink: &mut Sink) -> Result<(), Error> {
    let arrow = if sink.style.ascii { "->" } else { "→" };
    let (sign, by) = if after > before { ("+", after - before) } else { ("-", before - after) };
    let [shown_before, shown_after, by] = [before, after, by].map(|amount| measure.show(amount));
    Ok(writeln!(sink, "  {:<19} {shown_before} {arrow} {shown_after}  ({sign}{by})", measure.name())?)
}

#[derive(Serialize)]
struct Json<'a> {
    version: u32,
    report: &'static str,
    before: Head,
    after: Head,
    changes: Vec<&'a Change>,
}

impl Serialize for Change {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap as _;
        let mut map = serializer.serialize_map(None)?;
        let (kind, function) = match &self.key {
            Key::Whole => ("whole", None),
            Key::Function(path) => ("function", Some(path)),
            Key::Site { function, .. } => ("site", function.as_ref()),
        };
        map.serialize_entry("of", kind)?;
        map.serialize_entry("fn", &function)?;
        map.serialize_entry("at", &Some(&self.at).filter(|at| !at.is_empty()))?;
        map.serialize_entry("before", &self.before)?;
        map.serialize_entry("after", &self.after)?;
        map.end()
    }
}
