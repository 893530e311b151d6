//! `drops`: in which order a function drops its values, for each order that occurred.

mod report;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use trace_memory::event::{Bind, Drop, DropOf, Event, How, Kind};
use trace_memory::record::{Doubt, Reason};

use self::report::Json;
use super::Head;
use super::functions::{self, Id};
use crate::args::{Filter, Format, Output, TraceFile};
use crate::error::Error;
use crate::exit::Exit;
use crate::pattern::Pattern;

/// Drops of one call that are kept; more are counted.
const LONGEST: usize = 4096;
/// Orders of one function that are told apart; calls with others are counted.
const ORDERS: usize = 256;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The function: its path, or the end or a part of it
    #[arg(value_name = "FN")]
    function: Pattern,
    #[command(flatten)]
    trace: TraceFile,
    /// Only calls on this thread, by its number
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    thread: Option<u32>,
    /// Only locals of this name
    #[arg(long, value_name = "NAME")]
    local: Option<String>,
    #[command(flatten)]
    output: Output,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Error> {
    let (trace, mut sink) = super::open(&arguments.trace.trace, &arguments.output)?;
    let program = trace.header().program.clone();
    let filter = Filter { function: None, thread: arguments.thread, local: arguments.local.clone() };
    let mut calls = Calls { pattern: &arguments.function, filter, ..Calls::new(&arguments.function) };
    let end = trace.events(&mut |event| {
        calls.add(event);
        Ok(())
    })?;
    end.warn();
    calls.finish();
    let (id, orders) = functions::choose(&arguments.function, calls.ended)?;
    let items = &calls.items.list;
    match sink.format {
        Format::Text => report::write(&id, &orders, items, &mut sink)?,
        Format::Json => sink.json(&Json::of(Head::new("drops", &program, &end), &id, &orders, items))?,
    }
    sink.finish()?;
    Ok(Exit::Success)
}

/// The orders of all functions.
#[cfg(test)]
pub(crate) fn collected(events: &[Event]) {
    let pattern = "*".parse().expect("a pattern");
    let mut calls = Calls::new(&pattern);
    for event in events {
        calls.add(event);
    }
    calls.finish();
}

/// A drop, as often as it occurs.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Item {
    name: Arc<str>,
    type_name: Option<Arc<str>>,
    line: Option<u32>,
    reason: &'static str,
    partial: bool,
    doubt: Option<&'static str>,
    of: DropOf,
}

/// The drops of a call, by their numbers, and how many there were beyond those.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Order {
    items: Vec<u32>,
    more: u64,
    how: Option<&'static str>,
}

#[derive(Debug, Default)]
struct Orders {
    calls: u64,
    counts: HashMap<Order, Count>,
    /// Calls with orders that are not told apart.
    others: u64,
}

#[derive(Clone, Copy, Debug)]
struct Count {
    calls: u64,
    /// The first call that had it.
    first: u64,
}

/// Drops that are told apart.
#[derive(Debug, Default)]
struct Items {
    numbers: HashMap<Item, u32>,
    list: Vec<Item>,
}

/// A call that has not ended.
#[derive(Debug)]
struct Open {
    id: Id,
    order: Order,
    types: HashMap<u32, Arc<str>>,
}

struct Calls<'a> {
    pattern: &'a Pattern,
    filter: Filter,
    open: HashMap<u64, Open>,
    ended: BTreeMap<Id, Orders>,
    items: Items,
}

impl<'a> Calls<'a> {
    fn new(pattern: &'a Pattern) -> Self {
        Self {
            pattern,
            filter: Filter::default(),
            open: HashMap::new(),
            ended: BTreeMap::new(),
            items: Items::default(),
        }
    }

    fn add(&mut self, event: &Event) {
        let frame = event.frame.unwrap_or(0);
        match &event.kind {
            Kind::Enter(enter) if self.has_call(event.thread, &enter.function) => {
                let (id, order) = (Id::of(enter), Order::default());
                self.open.insert(frame, Open { id, order, types: HashMap::new() });
            }
            Kind::Bind(Bind { local, type_name, needs_drop: true, .. }) => {
                if let Some(open) = self.open.get_mut(&frame) {
                    open.types.insert(local.slot, type_name.clone());
                }
            }
            Kind::Drop(row) if self.filter.has_local(Some(&row.local.name)) => self.dropped(frame, row),
            Kind::Exit(how) => {
                if let Some(open) = self.open.remove(&frame) {
                    self.end(open, Some(*how));
                }
            }
            _ => {}
        }
    }

    fn has_call(&self, thread: u32, path: &str) -> bool {
        self.filter.has_thread(thread) && self.pattern.rank(path) > 0
    }

    fn dropped(&mut self, frame: u64, row: &Drop) {
        let Some(open) = self.open.get_mut(&frame) else { return };
        if open.order.items.len() >= LONGEST {
            open.order.more += 1;
            return;
        }
        let item = Item::of(row, open.types.get(&row.local.slot).cloned());
        open.order.items.push(self.items.number(item));
        if row.reason != Reason::Reassigned {
            open.types.remove(&row.local.slot);
        }
    }

    fn end(&mut self, mut open: Open, how: Option<How>) {
        open.order.how = how.map(|how| match how {
            How::Return => "return",
            How::Unwind => "unwind",
            How::Cancelled => "cancelled",
        });
        let orders = self.ended.entry(open.id).or_default();
        orders.calls += 1;
        let first = orders.calls;
        if orders.counts.len() >= ORDERS && !orders.counts.contains_key(&open.order) {
            orders.others += 1;
        } else {
            orders.counts.entry(open.order).or_insert(Count { calls: 0, first }).calls += 1;
        }
    }

    /// Calls that the trace ends in.
    fn finish(&mut self) {
        let mut open: Vec<_> = self.open.drain().collect();
        open.sort_by_key(|(frame, _)| *frame);
        for (_, open) in open {
            self.end(open, None);
        }
    }
}

impl Item {
    fn of(row: &Drop, type_name: Option<Arc<str>>) -> Self {
        Self {
            name: row.local.name.clone(),
            type_name: type_name.filter(|_| row.of == DropOf::Local),
            line: row.line,
            reason: match row.reason {
                Reason::ScopeEnd => "scope_end",
                Reason::Reassigned => "reassigned",
                Reason::Unwind => "unwind",
                Reason::Explicit => "explicit",
            },
            partial: row.partial,
            doubt: row.doubt.map(|doubt| match doubt {
                Doubt::Rest => "rest",
                Doubt::MaybeMoved => "maybe_moved",
                Doubt::Variant => "variant",
            }),
            of: row.of,
        }
    }

    /// In words, as the tree has it.
    fn why(&self) -> String {
        let mut text = match self.of {
            DropOf::Local => String::new(),
            DropOf::Temporary => "temporary, ".to_owned(),
            DropOf::Place => "place, ".to_owned(),
        };
        text.push_str(match self.reason {
            "scope_end" => "end of scope",
            "reassigned" => "new value assigned",
            "unwind" => "unwinding",
            _ => "on request",
        });
        text.push_str(match self.doubt {
            Some("rest") => "; not certain: fields moved out",
            Some("maybe_moved") => "; not certain: may have moved",
            Some(_) => "; not certain: a variant that may be empty",
            None if self.partial => ", what was not moved",
            None => "",
        });
        text
    }
}

impl Items {
    fn number(&mut self, item: Item) -> u32 {
        if let Some(&number) = self.numbers.get(&item) {
            return number;
        }
        let number = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        self.list.push(item.clone());
        self.numbers.insert(item, number);
        number
    }
}

impl Orders {
    /// Those that occurred most often first.
    fn sorted(&self) -> Vec<(&Order, Count)> {
        let mut orders: Vec<_> = self.counts.iter().map(|(order, count)| (order, *count)).collect();
        orders.sort_by_key(|(_, count)| (std::cmp::Reverse(count.calls), count.first));
        orders
    }
}
