//! Events in, trees and totals out.

use std::sync::Arc;

use super::table::Table;
use super::totals::Totals;
use super::tree::{Arena, Call, Id, Root, Row, Tally};
use crate::event::{Enter, Event, How, Kind};

/// Frames deeper than this are counted, not shown.
pub(super) const MAX_DEPTH: usize = 32;
/// A tree of more rows than this shows no more insides of calls.
pub(super) const MAX_ROWS: usize = 4_000;

/// What a trace comes to, built one event at a time.
///
/// Its memory is bounded by the number of open frames and live blocks, not by the length of the trace:
/// rows that repeat become one row with a count, of a long list only the first 48 and the last 16 rows
/// are kept, frames deeper than 32 are counted, and a tree of 4000 rows shows no more insides of calls.
///
/// ```
/// use trace_memory::event::{Event, Heap, Kind};
/// use trace_memory::report::Model;
///
/// let mut model = Model::new();
/// let heap = Heap { block: 1, bytes: 5, align: 1, addr: 0x1000, at: None };
/// model.add(&Event { seq: 1, at_ns: 10, thread: 1, frame: None, kind: Kind::Alloc(heap) });
/// assert_eq!(model.totals().live_bytes, 5);
/// ```
#[derive(Debug, Default)]
pub struct Model {
    pub(super) open: Table<u64, Open>,
    pub(super) growing: Table<u64, Root>,
    pub(super) homes: Table<u64, Home>,
    finished: Vec<Root>,
    totals: Totals,
    first_thread: Option<u32>,
}

/// A frame that has not ended.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) root: u64,
    parent: Option<u64>,
    depth: usize,
    base: usize,
    /// Its row, if it has one.
    row: Option<Id>,
    /// Whether rows inside of it are kept.
    pub(super) detailed: bool,
    pub(super) tally: Tally,
    pub(super) locals: Vec<LocalRow>,
    pub(super) drop: Option<(u32, Id)>,
    /// The thread it runs on, or ran on last.
    pub(super) thread: u32,
    /// The row that says that it waits.
    pub(super) wait: Option<Id>,
    /// Of a future, which may outlive the frame that polled it first.
    future: Option<Box<Enter>>,
}

/// Which row shows a live local.
#[derive(Debug)]
pub(super) struct LocalRow {
    pub(super) slot: u32,
    pub(super) line: u32,
    pub(super) name: Arc<str>,
    pub(super) row: Id,
}

/// Which row shows a live block.
#[derive(Debug)]
pub(super) struct Home {
    pub(super) frame: u64,
    pub(super) row: Id,
    pub(super) above: Id,
    pub(super) owned: bool,
}

impl Model {
    /// An empty model.
    ///
    /// ```
    /// assert_eq!(trace_memory::report::Model::new().totals().events, 0);
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next event of the trace, in the order of `seq`.
    ///
    /// ```
    /// use trace_memory::event::{Enter, Event, How, Kind};
    /// use trace_memory::report::Model;
    ///
    /// # let enter = Enter { function: "app::main".into(), file: "src/main.rs".into(), line: 3, parent: None,
    /// #     addr: 0x7ffc_1000, stack_bytes: None, dropping: None, thread_name: None,
    /// #     kind: trace_memory::site::BodyKind::Function };
    /// let mut model = Model::new();
    /// model.add(&Event { seq: 1, at_ns: 10, thread: 1, frame: Some(1), kind: Kind::Enter(enter) });
    /// model.add(&Event { seq: 2, at_ns: 20, thread: 1, frame: Some(1), kind: Kind::Exit(How::Return) });
    /// assert_eq!(model.totals().events, 2);
    /// ```
    pub fn add(&mut self, event: &Event) {
        self.first_thread.get_or_insert(event.thread);
        self.totals.add(&event.kind);
        let frame = event.frame.unwrap_or(0);
        if let Some(open) = self.open.get_mut(&frame) {
            open.tally.heap(&event.kind);
        }
        match &event.kind {
            Kind::Enter(enter) => self.enter(event, frame, enter),
            Kind::Exit(how) => self.exit(frame, *how),
            Kind::Resume(resume) => self.resume(event, frame, resume.parent),
            kind => self.place(frame, kind),
        }
    }

    /// The outermost frames that ended since the last call.
    ///
    /// ```
    /// assert!(trace_memory::report::Model::new().finished_roots().is_empty());
    /// ```
    pub fn finished_roots(&mut self) -> Vec<Root> {
        std::mem::take(&mut self.finished)
    }

    /// The outermost frames that have not ended, for a program that ends inside of them.
    ///
    /// ```
    /// assert!(trace_memory::report::Model::new().unfinished_roots().is_empty());
    /// ```
    pub fn unfinished_roots(&mut self) -> Vec<Root> {
        let mut roots: Vec<_> = self.growing.drain().collect();
        roots.sort_by_key(|&(frame, _)| frame);
        self.open.clear();
        roots.into_iter().map(|(_, root)| root).collect()
    }

    /// Counts over all events so far.
    ///
    /// ```
    /// assert_eq!(trace_memory::report::Model::new().totals().peak_bytes, 0);
    /// ```
    #[must_use]
    pub fn totals(&self) -> &Totals {
        &self.totals
    }

    /// The tree a detailed frame belongs to, and the frame's row.
    pub(super) fn seat(&mut self, frame: u64) -> Option<(&mut Root, &mut Open, Id)> {
        let open = self.open.get_mut(&frame).filter(|open| open.detailed)?;
        let root = self.growing.get_mut(&open.root)?;
        let row = open.row.filter(|&row| root.arena.get(row).is_some())?;
        Some((root, open, row))
    }

    fn enter(&mut self, event: &Event, frame: u64, enter: &Enter) {
        let Some(mut open) = self.opened(event, frame, enter.parent, enter) else { return };
        self.totals.add_frame(enter, open.base);
        if enter.kind.is_future() {
            open.future = Some(Box::new(enter.clone()));
        }
        self.open.insert(frame, open);
    }

    /// A new row for a frame: below `parent`, if that is in a tree that still grows.
    fn opened(&mut self, event: &Event, frame: u64, parent: Option<u64>, enter: &Enter) -> Option<Open> {
        let parent = parent.filter(|parent| {
            let open = self.open.get(parent).filter(|open| open.thread == event.thread);
            open.is_some_and(|open| self.growing.contains_key(&open.root))
        });
        match parent {
            Some(parent) => self.enter_inner(parent, enter),
            None => Some(self.enter_outermost(event, frame, enter)),
        }
    }

    /// A future goes on. If its tree has ended meanwhile, it gets a new row.
    fn resume(&mut self, event: &Event, frame: u64, parent: Option<u64>) {
        let Some(open) = self.open.get(&frame) else { return };
        let homeless = !self.growing.contains_key(&open.root);
        let enter = open.future.clone().filter(|_| homeless);
        if let Some(enter) = enter {
            let Some(mut new) = self.opened(event, frame, parent, &enter) else { return };
            if let Some(old) = self.open.remove(&frame) {
                (new.tally, new.future) = (old.tally, old.future);
            }
            self.open.insert(frame, new);
        }
        self.go_on(frame, event.thread);
    }

    fn enter_outermost(&mut self, event: &Event, frame: u64, enter: &Enter) -> Open {
        let mut arena = Arena::default();
        let top = arena.add(Row::Call(Call::new(enter, false)));
        let root = Root {
            thread: event.thread,
            thread_name: enter.thread_name.clone(),
            first_thread: self.first_thread == Some(event.thread),
            top,
            arena,
        };
        self.growing.insert(frame, root);
        Open::new((frame, None), (0, enter.addr), Some(top), event.thread)
    }

    fn enter_inner(&mut self, parent: u64, enter: &Enter) -> Option<Open> {
        let caller = self.open.get(&parent)?;
        let (root, depth, base, thread) = (caller.root, caller.depth + 1, caller.base, caller.thread);
        let full = depth >= MAX_DEPTH || self.growing.get(&root)?.arena.len() >= MAX_ROWS;
        let row = self.append_below_drop(parent, enter.dropping.as_ref(), Row::Call(Call::new(enter, full)));
        let mut open = Open::new((root, Some(parent)), (depth, base), row, thread);
        open.detailed &= !full;
        Some(open)
    }

    fn exit(&mut self, frame: u64, how: How) {
        let Some(open) = self.open.remove(&frame) else {
            return;
        };
        if let Some(root) = self.growing.get_mut(&open.root) {
            let node = open.row.and_then(|row| root.arena.change(row));
            if let Some(Row::Call(call)) = node.map(|node| &mut node.row) {
                (call.how, call.tally) = (Some(how), open.tally);
            }
        }
        if let Some(row) = open.row.filter(|_| open.detailed) {
            if let Some(root) = self.growing.get_mut(&open.root) {
                super::fold::fold(&mut root.arena, row, |_, _| {});
            }
        }
        let caller = open.parent.and_then(|parent| self.open.get_mut(&parent));
        if let Some(caller) = caller {
            caller.tally.add(open.tally, 1);
            caller.tally.calls += 1;
        }
        if open.root == frame {
            self.finished.extend(self.growing.remove(&frame));
        }
    }
}

impl Call {
    fn new(enter: &Enter, closed: bool) -> Self {
        Self { enter: enter.clone(), how: None, tally: Tally::default(), closed }
    }
}

impl Open {
    fn new(
        (root, parent): (u64, Option<u64>),
        (depth, base): (usize, usize),
        row: Option<Id>,
        thread: u32,
    ) -> Self {
        let detailed = row.is_some();
        Self {
            root,
            parent,
            depth,
            base,
            row,
            detailed,
            tally: Tally::default(),
            locals: Vec::new(),
            drop: None,
            thread,
            wait: None,
            future: None,
        }
    }

    /// A folded row stands for the rows it replaced.
    pub(super) fn replace(&mut self, old: Id, new: Id) {
        for local in self.locals.iter_mut().filter(|local| local.row == old) {
            local.row = new;
        }
        if let Some((_, row)) = self.drop.as_mut().filter(|(_, row)| *row == old) {
            *row = new;
        }
        if let Some(row) = self.wait.as_mut().filter(|row| **row == old) {
            *row = new;
        }
    }
}

impl Tally {
    fn heap(&mut self, kind: &Kind) {
        match kind {
            Kind::Alloc(heap) => {
                self.allocs += 1;
                self.add_bytes(heap.bytes, 0);
            }
            Kind::Realloc(realloc) => {
                self.reallocs += 1;
                let (old, new) = (realloc.old_bytes, realloc.heap.bytes);
                self.add_bytes(new.saturating_sub(old), old.saturating_sub(new));
            }
            Kind::Free(free) => {
                self.frees += 1;
                self.add_bytes(0, free.heap.bytes);
            }
            _ => {}
        }
    }

    /// A damaged trace can hold any number.
    fn add_bytes(&mut self, new: usize, freed: usize) {
        self.bytes = self.bytes.saturating_add(new as u64);
        self.freed_bytes = self.freed_bytes.saturating_add(freed as u64);
    }
}
