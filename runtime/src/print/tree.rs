//! The tree of an outermost frame.

use std::io::{self, Write};

use super::Style;
use super::escape::escape;
use super::layout::{BLANK, Line, Tone, write_lines};
use super::{number, rows, words};
use crate::event::How;
use crate::report::{Call, Id, Node, Rest, Root, Row, Tally};

/// Writes an outermost frame: a title, then a line for each thing that happened in it.
///
/// ```
/// use trace_memory::event::{Enter, Event, How, Kind};
/// use trace_memory::print::{Style, write_root};
/// use trace_memory::report::Model;
/// use trace_memory::site::BodyKind;
///
/// let enter = Enter {
///     function: "app::main".into(),
///     file: "src/main.rs".into(),
///     line: 3,
///     parent: None,
///     addr: 0x7ffc_1000,
///     stack_bytes: None,
///     dropping: None,
///     thread_name: None,
///     kind: BodyKind::Function,
/// };
/// let mut model = Model::new();
/// model.add(&Event { seq: 1, at_ns: 10, thread: 1, frame: Some(1), kind: Kind::Enter(enter) });
/// model.add(&Event { seq: 2, at_ns: 20, thread: 1, frame: Some(1), kind: Kind::Exit(How::Return) });
///
/// let style = Style { color: false, stable: true, ascii: false, width: 80 };
/// let mut text = Vec::new();
/// for root in model.finished_roots() {
///     write_root(&root, &style, &mut text)?;
/// }
/// assert!(String::from_utf8_lossy(&text).contains("main()"));
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// Those of `out`.
pub fn write_root(root: &Root, style: &Style, out: &mut impl Write) -> io::Result<()> {
    let mut lines = vec![title(root)];
    let top = Item::Node(root.top);
    let mut pending = vec![Step {
        item: top,
        branch: String::new(),
        kin: Kin::Only,
        folded: false,
        file: first_file(root),
    }];
    while let Some(step) = pending.pop() {
        let below = step.below(root);
        let (inner, file) = (step.inner(style), step.file(root));
        lines.extend(step.line(root, style));
        let last = below.len().saturating_sub(1);
        for (index, (item, folded)) in below.into_iter().enumerate().rev() {
            let kin = if index == last { Kin::Last } else { Kin::Middle };
            let folded = folded || step.folded;
            pending.push(Step { item, branch: inner.clone(), kin, folded, file });
        }
    }
    write_lines(lines, style, out)
}

fn outermost(root: &Root) -> Option<&Call> {
    match &root.arena.get(root.top)?.row {
        Row::Call(call) => Some(call),
        _ => None,
    }
}

fn first_file(root: &Root) -> &str {
    outermost(root).map_or("", |call| &call.enter.file)
}

/// The heading of the source column is the file: rows inside of it need no more than a line.
fn title(root: &Root) -> Line {
    let mut name = outermost(root).map_or_else(String::new, |call| escape(&call.enter.function));
    let label = root.thread_name.as_ref().map(|label| format!(" \"{}\"", escape(label)));
    if !root.first_thread {
        name = format!("thread {}{}: {name}", root.thread, label.unwrap_or_default());
    }
    Line {
        name,
        size: "size".into(),
        place: "where".into(),
        source: words::file(first_file(root)),
        tone: Tone::Title,
        ..Line::default()
    }
}

/// Something that becomes a line.
enum Item<'a> {
    Node(Id),
    /// The rows of a call that are not kept.
    Closed(&'a Call),
    Rest(&'a Rest),
    RestCall(&'a str, Tally),
    RestLine(Option<u32>, Tally),
    End(&'a Call),
}

/// A line that is still to be made.
struct Step<'a> {
    item: Item<'a>,
    branch: String,
    kin: Kin,
    /// Whether it stands for several events, because it or a row above it was repeated.
    folded: bool,
    /// The file of the call it is in.
    file: &'a str,
}

/// Where a row stands among its siblings.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kin {
    Only,
    Middle,
    Last,
}

impl<'a> Step<'a> {
    /// The branches before the rows below this one.
    fn inner(&self, style: &Style) -> String {
        let step = match self.kin {
            Kin::Only => "",
            Kin::Middle => style.glyphs().bar,
            Kin::Last => BLANK,
        };
        format!("{}{step}", self.branch)
    }

    /// The file of the rows below this one.
    fn file(&self, root: &'a Root) -> &'a str {
        let Item::Node(id) = self.item else {
            return self.file;
        };
        match root.arena.get(id).map(|node| &node.row) {
            Some(Row::Call(call)) => &call.enter.file,
            _ => self.file,
        }
    }

    /// The items below this one, and whether this row is a repeated one.
    fn below(&self, root: &'a Root) -> Vec<(Item<'a>, bool)> {
        match &self.item {
            Item::Node(id) => root.arena.get(*id).map_or_else(Vec::new, below_node),
            Item::Rest(rest) => {
                let calls = rest.calls.iter().map(|(path, tally)| (Item::RestCall(path, *tally), false));
                let lines = rest.lines.iter().map(|&(line, tally)| (Item::RestLine(line, tally), false));
                calls.chain(lines).collect()
            }
            _ => Vec::new(),
        }
    }

    fn line(&self, root: &Root, style: &Style) -> Option<Line> {
        let mut line = match &self.item {
            Item::Node(id) => self.node(root.arena.get(*id)?, style),
            Item::Closed(call) => rows::closed(call, style),
            Item::Rest(rest) => rows::rest(rest, style),
            Item::RestCall(path, tally) => Line {
                name: rows::times(words::function(path), tally.calls, style),
                place: rows::heap(*tally, style),
                ..Line::default()
            },
            Item::RestLine(at, tally) => Line {
                name: "heap".into(),
                size: if tally.bytes == 0 { String::new() } else { number::bytes(tally.bytes) },
                place: rows::heap_counts(*tally),
                source: at.map_or_else(String::new, words::line),
                ..Line::default()
            },
            Item::End(call) => rows::end(call),
        };
        let glyphs = style.glyphs();
        let branch = match self.kin {
            Kin::Only => "",
            Kin::Middle => glyphs.tee,
            Kin::Last => glyphs.corner,
        };
        line.branch = format!("{}{branch}", self.branch);
        Some(line)
    }

    fn node(&self, node: &Node, style: &Style) -> Line {
        let numbered = !self.folded && node.times == 1;
        let mut line = match &node.row {
            Row::Call(call) => rows::call(call, self.file, style),
            Row::Local(bind) => rows::local(bind, style, !self.folded, numbered),
            Row::Move(row) => words::depart(row),
            Row::Drop(row) => words::drop(row),
            Row::Blocks(row) => rows::blocks(row, style, numbered),
            Row::Resize(row) => rows::resize(row, style, numbered),
            Row::Wait(row) => rows::wait(row),
            Row::Violation(row) => rows::violation(row, numbered),
        };
        line.name = rows::times(line.name, node.times, style);
        line
    }
}

fn below_node(node: &Node) -> Vec<(Item<'_>, bool)> {
    let folded = node.times > 1;
    let mut items: Vec<_> = node.children.iter().map(|&id| (Item::Node(id), folded)).collect();
    if let Some(rest) = &node.rest {
        items.insert(Rest::AFTER.min(items.len()), (Item::Rest(rest), folded));
    }
    let Row::Call(call) = &node.row else {
        return items;
    };
    if call.closed && call.tally.calls > 0 {
        items.push((Item::Closed(call), folded));
    }
    if !items.is_empty() || call.how != Some(How::Return) {
        items.push((Item::End(call), folded));
    }
    items
}
