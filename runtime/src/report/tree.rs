//! The tree of one outermost frame. Nodes are kept by number, so that a deep tree needs no recursion.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::mem::discriminant;
use std::sync::Arc;

use super::table::Table;
use crate::event::{Bind, Drop, Enter, Free, Heap, How, Move, Realloc, Region, Violation};
use crate::site::Position;

/// Number of a node; never used again for another one.
pub(crate) type Id = u64;

/// An outermost frame of a thread, with everything that happened in it. Made by
/// [`Model`](super::Model), written by [`write_root`](crate::print::write_root).
///
/// ```
/// use trace_memory::print::{Style, write_root};
/// use trace_memory::report::Root;
///
/// fn text(root: &Root) -> std::io::Result<Vec<u8>> {
///     let mut text = Vec::new();
///     write_root(root, &Style { color: false, stable: true, ascii: false, width: 0 }, &mut text)?;
///     Ok(text)
/// }
/// ```
#[derive(Debug)]
pub struct Root {
    pub(crate) thread: u32,
    pub(crate) thread_name: Option<Arc<str>>,
    /// Whether its thread is the one the trace began with.
    pub(crate) first_thread: bool,
    pub(crate) top: Id,
    pub(crate) arena: Arena,
}

/// A line of the tree, and the lines below it.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) row: Row,
    pub(crate) children: Vec<Id>,
    /// How often it happened, for each time its parent happened.
    pub(crate) times: u64,
    /// In how many rounds of a loop.
    pub(super) rounds: u64,
    pub(super) shape: Option<u64>,
    /// What is no longer kept in full; it stands after [`Rest::AFTER`] children.
    pub(crate) rest: Option<Box<Rest>>,
}

/// What a line is about.
#[derive(Debug)]
pub(crate) enum Row {
    Call(Call),
    Local(Bind),
    Move(Move),
    Drop(Drop),
    Blocks(Blocks),
    Resize(Resize),
    Wait(Wait),
    Violation(Violation),
}

/// A future is suspended.
#[derive(Debug)]
pub(crate) struct Wait {
    pub(crate) at: Option<Position>,
    /// Whether it went on.
    pub(crate) resumed: bool,
    /// The thread it went on, if that was another one.
    pub(crate) thread: Option<u32>,
}

/// A traced call.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) enter: Enter,
    /// `None` while it runs.
    pub(crate) how: Option<How>,
    pub(crate) tally: Tally,
    /// Whether the rows inside are not kept: too deep, or too many.
    pub(crate) closed: bool,
}

/// Counts of one call and all calls below it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) calls: u64,
    pub(crate) allocs: u64,
    pub(crate) reallocs: u64,
    pub(crate) frees: u64,
    pub(crate) bytes: u64,
    pub(crate) freed_bytes: u64,
}

/// Whether blocks begin or end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Sign {
    Alloc,
    Free,
}

/// Blocks that one statement allocates, or that one drop or statement frees.
#[derive(Debug)]
pub(crate) struct Blocks {
    pub(crate) sign: Sign,
    pub(crate) at: Option<Position>,
    /// Numbers of the first few.
    pub(crate) numbers: Vec<u64>,
    pub(crate) count: u64,
    pub(crate) bytes: u64,
    /// How many of the allocated ones were freed by the same statement.
    pub(crate) temporary: u64,
    /// Of the longest-lived, if that is known.
    pub(crate) lived_ns: Option<u64>,
    pub(crate) alloc_thread: Option<u32>,
}

/// A block that changes its size.
#[derive(Debug)]
pub(crate) struct Resize {
    pub(crate) block: u64,
    pub(crate) at: Option<Position>,
    pub(crate) count: u64,
    pub(crate) first_bytes: usize,
    pub(crate) last_bytes: usize,
    pub(crate) most_bytes: usize,
}

/// Rows that are only counted.
#[derive(Debug, Default)]
pub(crate) struct Rest {
    pub(crate) rows: u64,
    pub(crate) calls: Vec<(Arc<str>, Tally)>,
    pub(crate) lines: Vec<(Option<u32>, Tally)>,
    pub(crate) locals: u64,
    pub(crate) moves: u64,
    pub(crate) drops: u64,
    /// What found no place in the lists above.
    pub(crate) other: Tally,
}

impl Tally {
    pub(crate) fn add(&mut self, other: Self, times: u64) {
        self.calls += other.calls * times;
        self.allocs += other.allocs * times;
        self.reallocs += other.reallocs * times;
        self.frees += other.frees * times;
        self.bytes = self.bytes.saturating_add(other.bytes.saturating_mul(times));
        self.freed_bytes = self.freed_bytes.saturating_add(other.freed_bytes.saturating_mul(times));
    }
}

/// How many numbers of blocks a row remembers.
const NUMBERS: usize = 4;

impl Blocks {
    pub(super) fn alloc(heap: &Heap) -> Self {
        let mut row = Self::empty(Sign::Alloc, heap.at);
        row.push(heap.block, heap.bytes);
        row
    }

    pub(super) fn free(free: &Free) -> Self {
        let mut row = Self::empty(Sign::Free, free.heap.at);
        row.push_free(free);
        row
    }

    fn empty(sign: Sign, at: Option<Position>) -> Self {
        Self {
            sign,
            at,
            numbers: Vec::new(),
            count: 0,
            bytes: 0,
            temporary: 0,
            lived_ns: None,
            alloc_thread: None,
        }
    }

    pub(super) fn push(&mut self, number: u64, bytes: usize) {
        self.count += 1;
        self.bytes = self.bytes.saturating_add(bytes as u64);
        if self.numbers.len() < NUMBERS {
            self.numbers.push(number);
        }
    }

    pub(super) fn push_free(&mut self, free: &Free) {
        self.push(free.heap.block, free.heap.bytes);
        self.lived_ns = self.lived_ns.max(free.lived_ns);
        self.alloc_thread = free.alloc_thread;
    }

    pub(super) fn take(&mut self, number: u64, bytes: usize) {
        self.count = self.count.saturating_sub(1);
        self.bytes = self.bytes.saturating_sub(bytes as u64);
        self.numbers.retain(|&known| known != number);
    }
}

impl Resize {
    pub(super) fn of(realloc: &Realloc) -> Self {
        let old = realloc.old_bytes;
        let mut row = Self {
            block: realloc.heap.block,
            at: realloc.heap.at,
            count: 0,
            first_bytes: old,
            last_bytes: old,
            most_bytes: old,
        };
        row.push(realloc);
        row
    }

    pub(super) fn push(&mut self, realloc: &Realloc) {
        self.count += 1;
        self.last_bytes = realloc.heap.bytes;
        self.most_bytes = self.most_bytes.max(realloc.heap.bytes);
    }
}

impl Node {
    pub(super) fn new(row: Row) -> Self {
        Self { row, children: Vec::new(), times: 1, rounds: 1, shape: None, rest: None }
    }
}

/// The nodes of a tree.
#[derive(Debug, Default)]
pub(crate) struct Arena {
    nodes: Table<Id, Node>,
    next: Id,
}

impl Arena {
    pub(crate) fn get(&self, id: Id) -> Option<&Node> {
        self.nodes.get(&id)
    }

    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The node, to be changed: its shape must be taken anew.
    pub(super) fn change(&mut self, id: Id) -> Option<&mut Node> {
        let node = self.nodes.get_mut(&id)?;
        node.shape = None;
        Some(node)
    }

    pub(super) fn add(&mut self, row: Row) -> Id {
        self.next += 1;
        self.nodes.insert(self.next, Node::new(row));
        self.next
    }

    /// Removes a node and everything below it.
    pub(super) fn remove(&mut self, id: Id) -> Option<Node> {
        let node = self.nodes.remove(&id)?;
        let mut doomed = node.children.clone();
        while let Some(id) = doomed.pop() {
            if let Some(node) = self.nodes.remove(&id) {
                doomed.extend(node.children);
            }
        }
        Some(node)
    }

    /// A number that two rows share when they look alike but for block numbers, times and addresses.
    ///
    /// Rows are finished from the leaves up, so the children know theirs: this goes one level deep,
    /// or few when a late owner or free touched a child.
    pub(super) fn shape(&mut self, id: Id) -> u64 {
        let mut pending = vec![id];
        while let Some(&last) = pending.last() {
            let Some(node) = self.nodes.get(&last).filter(|node| node.shape.is_none()) else {
                pending.pop();
                continue;
            };
            let unknown: Vec<Id> = node.children.iter().copied().filter(|id| self.is_unshaped(*id)).collect();
            if unknown.is_empty() {
                let shape = self.hash(node);
                pending.pop();
                self.nodes.entry(last).and_modify(|node| node.shape = Some(shape));
            } else {
                pending.extend(unknown);
            }
        }
        self.nodes.get(&id).and_then(|node| node.shape).unwrap_or_default()
    }

    fn is_unshaped(&self, id: Id) -> bool {
        self.nodes.get(&id).is_some_and(|node| node.shape.is_none())
    }

    fn hash(&self, node: &Node) -> u64 {
        let mut hasher = DefaultHasher::new();
        node.row.hash_shape(&mut hasher);
        node.rest.as_ref().map(|rest| rest.rows).hash(&mut hasher);
        for child in node.children.iter().filter_map(|id| self.nodes.get(id)) {
            (child.shape, child.times).hash(&mut hasher);
        }
        hasher.finish()
    }
}

impl Row {
    /// Whether it is the row of a frame that has not ended.
    pub(super) fn is_open(&self) -> bool {
        matches!(self, Self::Call(call) if call.how.is_none())
    }

    fn hash_shape(&self, hasher: &mut impl Hasher) {
        discriminant(self).hash(hasher);
        match self {
            Self::Call(call) => call.hash_shape(hasher),
            Self::Local(bind) => {
                (&bind.local.name, bind.line, &bind.type_name).hash(hasher);
                for pointer in &bind.points_to {
                    region_shape(&pointer.region).hash(hasher);
                }
            }
            Self::Move(row) => {
                (&row.local.name, row.line, discriminant(&row.into), row.partial, row.certain).hash(hasher);
            }
            Self::Drop(row) => {
                let doubt = row.doubt.as_ref().map(discriminant);
                let kind = (row.partial, row.of, row.line);
                (&row.local.name, discriminant(&row.reason), kind, doubt).hash(hasher);
            }
            Self::Blocks(row) => {
                let at = row.at.map(|at| (at.line, at.column));
                (row.sign, at, row.count, row.bytes, row.temporary, row.alloc_thread).hash(hasher);
            }
            Self::Resize(row) => {
                (row.count, row.first_bytes, row.last_bytes, row.most_bytes).hash(hasher);
            }
            Self::Wait(row) => {
                (row.at.map(|at| (at.line, at.column)), row.resumed, row.thread).hash(hasher);
            }
            Self::Violation(row) => {
                let at = row.at.map(|at| (at.line, at.column));
                (&row.function, row.what, row.bytes, at).hash(hasher);
            }
        }
    }
}

impl Call {
    fn hash_shape(&self, hasher: &mut impl Hasher) {
        let Tally { calls, allocs, reallocs, frees, bytes, freed_bytes } = self.tally;
        (&self.enter.function, self.enter.line, self.how.as_ref().map(discriminant)).hash(hasher);
        (calls, allocs, reallocs, frees, bytes, freed_bytes).hash(hasher);
    }
}

fn region_shape(region: &Region) -> (u8, usize, Option<&str>) {
    match region {
        Region::Heap { bytes, owns, .. } => (u8::from(*owns), *bytes, None),
        Region::Stack { local, .. } => (2, 0, local.as_deref()),
        Region::Static => (3, 0, None),
        Region::Unknown => (4, 0, None),
    }
}
