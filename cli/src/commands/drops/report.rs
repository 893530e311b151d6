//! The orders of a function's drops as a numbered list, or as JSON.

use std::io::Write as _;

use serde::Serialize;
use trace_memory::event::DropOf;
use trace_memory::print::{escape, number};

use super::{Id, Item, Order, Orders};
use crate::commands::Head;
use crate::error::Error;
use crate::output::Sink;
use crate::table::{Side, Table, short_type, title};

/// The longest run of rows of which a repetition is folded.
const PERIOD: usize = 8;

pub(super) fn write(id: &Id, orders: &Orders, items: &[Item], sink: &mut Sink) -> Result<(), Error> {
    let style = sink.style;
    title(&format!("drops of {}, {}", id.shown(), number::counted(orders.calls, "call")), &style, sink)?;
    let sorted = orders.sorted();
    for (index, (order, count)) in sorted.iter().enumerate() {
        let which = if sorted.len() == 1 {
            String::new()
        } else {
            format!("order {} of {}: {}, ", index + 1, sorted.len(), number::counted(count.calls, "call"))
        };
        let how = order.how.map_or("not ended", |how| how);
        writeln!(sink, "\n{which}{how}")?;
        write_order(order, items, sink)?;
    }
    if orders.others > 0 {
        writeln!(sink, "\n{} with other orders", number::counted(orders.others, "call"))?;
    }
    Ok(())
}

fn write_order(order: &Order, items: &[Item], sink: &mut Sink) -> Result<(), Error> {
    if order.items.is_empty() {
        return Ok(writeln!(sink, "  nothing is dropped")?);
    }
    let mut table = Table::new(&[
        ("#", Side::Right),
        ("dropped", Side::Left),
        ("type", Side::Left),
        ("why", Side::Left),
        ("line", Side::Left),
    ]);
    let row = |at: usize, item: &Item| {
        let type_name = item.type_name.as_deref().map_or_else(String::new, short_type);
        let line = item.line.map_or_else(String::new, |line| format!(":{line}"));
        [(at + 1).to_string(), escape(&item.name), type_name, item.why(), line]
    };
    let mut at = 0;
    while at < order.items.len() {
        let (period, rounds) = repetition(&order.items[at..]);
        for offset in 0..period {
            let item = order.items.get(at + offset).and_then(|&item| items.get(item as usize));
            table.extend(item.map(|item| row(at + offset, item)));
        }
        if rounds > 1 {
            let times = number::counted(rounds as u64 - 1, "more time");
            let again = if period == 1 { times } else { format!("these {period}, {times}") };
            table.push([String::new(), again, String::new(), String::new(), String::new()]);
        }
        at += period * rounds;
    }
    table.write(&sink.style.clone(), sink)?;
    if order.more > 0 {
        writeln!(sink, "  and {}", number::counted(order.more, "more drop"))?;
    }
    Ok(())
}

/// How long the run is with which the list begins and which comes again at once, and how often it stands there.
fn repetition(items: &[u32]) -> (usize, usize) {
    let rounds = |period: usize| {
        let (first, rest) = items.split_at(period);
        1 + rest.chunks_exact(period).take_while(|round| *round == first).count()
    };
    let folded = (1..=PERIOD.min(items.len() / 2)).map(|period| (period, rounds(period)));
    // Two equal rows are as short as what would stand for them.
    folded
        .filter(|&(period, rounds)| period * (rounds - 1) > 1)
        .max_by_key(|(period, rounds)| (period * rounds, *rounds))
        .unwrap_or((1, 1))
}

#[derive(Serialize)]
pub(super) struct Json<'a> {
    #[serde(flatten)]
    head: Head,
    #[serde(rename = "fn")]
    function: &'a str,
    file: &'a str,
    line: u32,
    calls: u64,
    /// Calls whose orders are not listed.
    other_calls: u64,
    orders: Vec<Listed<'a>>,
}

#[derive(Serialize)]
struct Listed<'a> {
    calls: u64,
    how: Option<&'static str>,
    drops: Vec<Row<'a>>,
    /// Drops behind those that are listed.
    more: u64,
}

#[derive(Serialize)]
struct Row<'a> {
    local: &'a str,
    #[serde(rename = "type")]
    type_name: Option<&'a str>,
    reason: &'static str,
    of: &'static str,
    partial: bool,
    certain: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
}

impl<'a> Json<'a> {
    pub(super) fn of(head: Head, id: &'a Id, orders: &'a Orders, items: &'a [Item]) -> Self {
        let row = |item: &u32| items.get(*item as usize).map(Row::of);
        let listed = orders.sorted().into_iter().map(|(order, count)| Listed {
            calls: count.calls,
            how: order.how,
            drops: order.items.iter().filter_map(row).collect(),
            more: order.more,
        });
        let (calls, other_calls) = (orders.calls, orders.others);
        let orders = listed.collect();
        Self { head, function: &id.path, file: &id.file, line: id.line, calls, other_calls, orders }
    }
}

impl<'a> Row<'a> {
    fn of(item: &'a Item) -> Self {
        Self {
            local: &item.name,
            type_name: item.type_name.as_deref(),
            reason: item.reason,
            of: match item.of {
                DropOf::Local => "local",
                DropOf::Temporary => "temporary",
                DropOf::Place => "place",
            },
            partial: item.partial,
            certain: item.doubt.is_none(),
            why: item.doubt,
            line: item.line,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::repetition;

    #[test]
    fn runs_are_found_from_their_start() {
        assert_eq!(repetition(&[1, 2, 1, 2, 1, 2, 3]), (2, 3));
        assert_eq!(repetition(&[1, 1, 1, 1, 2]), (1, 4));
        assert_eq!(repetition(&[1, 1, 2]), (1, 1));
        assert_eq!(repetition(&[1, 2, 3]), (1, 1));
        assert_eq!(repetition(&[1]), (1, 1));
    }
}
