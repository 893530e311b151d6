//! The tree of an outermost frame as a line of JSON: what [`write_root`](crate::print::write_root) shows.
//!
//! Rows stand in a flat list, each with its depth, so that no tree is too deep for a reader.

use std::io::{self, Write};

use super::json;
use super::object::Object;
use crate::event::{Bind, Drop, DropOf, Move};
use crate::report::{Blocks, Call, Id, Node, Resize, Rest, Root, Row, Sign, Tally};

/// What of a tree is written.
///
/// ```
/// assert_ne!(trace_memory::wire::tree::Detail::All, trace_memory::wire::tree::Detail::Stable);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// All of it.
    All,
    /// What is the same in each run and build: no times, no sizes of stack frames.
    Stable,
}

/// Writes an outermost frame as one line.
///
/// ```
/// use trace_memory::event::{Enter, Event, How, Kind};
/// use trace_memory::report::Model;
/// use trace_memory::wire::tree::{Detail, write_root};
/// # use trace_memory::site::BodyKind;
/// # let enter = Enter { function: "app::main".into(), file: "src/main.rs".into(), line: 3, parent: None,
/// #     addr: 0x7ffc_1000, stack_bytes: None, dropping: None, thread_name: None, kind: BodyKind::Function };
///
/// let mut model = Model::new();
/// model.add(&Event { seq: 1, at_ns: 10, thread: 1, frame: Some(1), kind: Kind::Enter(enter) });
/// model.add(&Event { seq: 2, at_ns: 20, thread: 1, frame: Some(1), kind: Kind::Exit(How::Return) });
/// let mut line = Vec::new();
/// for root in model.finished_roots() {
///     write_root(&root, Detail::All, &mut line)?;
/// }
/// assert!(line.starts_with(br#"{"thread":1,"rows":[{"depth":0,"row":"call","times":1,"fn":"app::main""#));
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// Those of `out`.
pub fn write_root(root: &Root, detail: Detail, out: &mut impl Write) -> io::Result<()> {
    let mut rows = Vec::new();
    let mut pending = vec![(0, Item::Node(root.top))];
    while let Some((depth, item)) = pending.pop() {
        match item {
            Item::Node(id) => {
                let Some(node) = root.arena.get(id) else { continue };
                rows.push(row(depth, node, detail));
                pending.extend(below(node).into_iter().rev().map(|item| (depth + 1, item)));
            }
            Item::Rest(rest) => rows.push(self::rest(depth, rest)),
        }
    }
    let mut object = Object::new();
    object.number("thread", root.thread);
    object.maybe_text("thread_name", root.thread_name.as_deref());
    object.raw("rows", &format!("[{}]", rows.join(",")));
    object.write_to(out)
}

enum Item<'a> {
    Node(Id),
    Rest(&'a Rest),
}

fn below(node: &Node) -> Vec<Item<'_>> {
    let mut items: Vec<_> = node.children.iter().map(|&id| Item::Node(id)).collect();
    if let Some(rest) = &node.rest {
        items.insert(Rest::AFTER.min(items.len()), Item::Rest(rest));
    }
    items
}

fn row(depth: usize, node: &Node, detail: Detail) -> String {
    let mut object = Object::new();
    object.number("depth", depth);
    let name = match &node.row {
        Row::Call(_) => "call",
        Row::Local(_) => "local",
        Row::Move(_) => "move",
        Row::Drop(_) => "drop",
        Row::Blocks(Blocks { sign: Sign::Alloc, .. }) => "alloc",
        Row::Blocks(Blocks { sign: Sign::Free, .. }) => "free",
        Row::Resize(_) => "realloc",
        Row::Wait(_) => "suspend",
        Row::Violation(_) => "violation",
    };
    object.text("row", name);
    object.number("times", node.times);
    match &node.row {
        Row::Call(row) => call(&mut object, row, detail),
        Row::Local(row) => local(&mut object, row),
        Row::Move(row) => depart(&mut object, row),
        Row::Drop(row) => drop(&mut object, row),
        Row::Blocks(row) => blocks(&mut object, row, detail),
        Row::Resize(row) => resize(&mut object, row),
        Row::Wait(row) => {
            object.flag("resumed", row.resumed);
            object.optional("resumed_thread", row.thread);
            json::position(&mut object, row.at);
        }
        Row::Violation(row) => {
            object.text("fn", &row.function);
            object.text("what", json::broken(row.what));
            object.optional("block", row.block);
            object.number("bytes", row.bytes);
            json::position(&mut object, row.at);
        }
    }
    object.finish()
}

fn call(object: &mut Object, row: &Call, detail: Detail) {
    object.text("fn", &row.enter.function);
    object.text("file", &row.enter.file);
    object.number("line", row.enter.line);
    object.maybe_text("how", row.how.map(json::how));
    if detail == Detail::All {
        object.optional("stack", row.enter.stack_bytes);
    }
    if row.enter.kind.is_future() {
        object.flag("async", true);
    }
    if row.closed {
        object.flag("closed", true);
    }
    tally(object, row.tally);
}

/// What happened in a call and all calls below it.
fn tally(object: &mut Object, tally: Tally) {
    object.number("calls", tally.calls);
    object.number("allocs", tally.allocs);
    object.number("reallocs", tally.reallocs);
    object.number("frees", tally.frees);
    object.number("bytes", tally.bytes);
    object.number("freed_bytes", tally.freed_bytes);
}

fn local(object: &mut Object, row: &Bind) {
    object.text("local", &row.local.name);
    object.text("type", &row.type_name);
    object.number("bytes", row.bytes);
    object.number("line", row.line);
    object.flag("param", row.param);
    object.flag("needs_drop", row.needs_drop);
    json::points_to(object, &row.points_to);
    object.maybe_text("value", row.value.as_deref());
    object.optional("inside", row.inside);
    object.maybe_text("part", row.part.as_deref());
}

fn depart(object: &mut Object, row: &Move) {
    object.text("local", &row.local.name);
    object.number("line", row.line);
    object.text("into", json::into(row.into));
    object.flag("partial", row.partial);
    object.flag("certain", row.certain);
}

fn drop(object: &mut Object, row: &Drop) {
    object.text("local", &row.local.name);
    object.text("reason", json::reason(row.reason));
    object.flag("partial", row.partial);
    object.flag("certain", row.doubt.is_none());
    object.maybe_text("why", row.doubt.map(json::doubt));
    match row.of {
        DropOf::Local => {}
        DropOf::Temporary => object.flag("temporary", true),
        DropOf::Place => object.flag("place", true),
    }
    object.optional("line", row.line);
}

fn blocks(object: &mut Object, row: &Blocks, detail: Detail) {
    object.number("count", row.count);
    object.number("bytes", row.bytes);
    object.number("temporary", row.temporary);
    // Of a row that stands for several, only the first few are known.
    let numbers: Vec<_> = row.numbers.iter().map(u64::to_string).collect();
    object.raw("blocks", &format!("[{}]", numbers.join(",")));
    if detail == Detail::All {
        object.optional("lived", row.lived_ns);
    }
    object.optional("alloc_thread", row.alloc_thread);
    json::position(object, row.at);
}

fn resize(object: &mut Object, row: &Resize) {
    object.number("block", row.block);
    object.number("count", row.count);
    object.number("first_bytes", row.first_bytes);
    object.number("most_bytes", row.most_bytes);
    object.number("last_bytes", row.last_bytes);
    json::position(object, row.at);
}

/// Rows that are only counted: those in the middle of a long list.
fn rest(depth: usize, rest: &Rest) -> String {
    let mut object = Object::new();
    object.number("depth", depth);
    object.text("row", "rest");
    object.number("rows", rest.rows);
    object.number("locals", rest.locals);
    object.number("moves", rest.moves);
    object.number("drops", rest.drops);
    let mut sum = rest.other;
    let listed = rest.calls.iter().map(|(_, tally)| tally).chain(rest.lines.iter().map(|(_, tally)| tally));
    listed.for_each(|&tally| sum.add(tally, 1));
    tally(&mut object, sum);
    object.finish()
}
