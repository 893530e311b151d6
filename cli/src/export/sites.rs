//! Heap events added up: one entry for each call path and statement.

use std::collections::HashMap;
use std::sync::Arc;

use trace_memory::event::{Event, Kind};
use trace_memory::site::Position;

use super::owners::{Owned, Owners};
use super::paths::{Path, Paths};

/// Which blocks of a call path are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Detail {
    /// Those of different statements.
    Statement,
    /// Those of different statements, threads and sizes (in powers of two).
    ThreadAndSize,
}

/// What the blocks of an entry have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) path: Path,
    /// Line and column.
    pub(super) at: Option<(u32, u32)>,
    /// The thread that allocated them, where that is told apart.
    pub(super) thread: u32,
    /// The least power of two that is not below the size at the allocation, where that is told apart.
    pub(super) size_class: u64,
}

/// Blocks and their bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Amount {
    pub(super) blocks: u64,
    pub(super) bytes: u64,
}

impl Amount {
    fn add(&mut self, blocks: u64, bytes: u64) {
        self.blocks += blocks;
        self.bytes += bytes;
    }

    fn take(&mut self, blocks: u64, bytes: u64) {
        self.blocks = self.blocks.saturating_sub(blocks);
        self.bytes = self.bytes.saturating_sub(bytes);
    }
}

/// A local that was the first owner of blocks.
#[derive(Clone, Debug)]
pub(super) struct Owner {
    pub(super) local: Arc<str>,
    /// Where it is known.
    pub(super) type_name: Option<Arc<str>>,
    pub(super) blocks: u64,
}

/// The blocks of a call path and statement.
///
/// A block counts where it was allocated, also with what it grew by later.
#[derive(Clone, Debug)]
pub(super) struct Site {
    pub(super) key: Key,
    /// All ever allocated. Bytes are those asked for, including those by which blocks grew.
    pub(super) allocated: Amount,
    /// Freed by their own thread before it allocated another one.
    pub(super) temporary: u64,
    /// When this entry had the most bytes.
    pub(super) most: Amount,
    /// When the whole program had the most bytes.
    pub(super) at_peak: Amount,
    pub(super) live: Amount,
    /// Sum over all blocks; one that was not freed lived until the end.
    pub(super) lived_ns: u64,
    pub(super) owners: Vec<Owner>,
    /// The peak that `at_peak` was last brought up to.
    peak: u64,
}

/// More owners than this are not kept apart.
const OWNERS: usize = 4;

#[derive(Debug)]
struct Block {
    site: usize,
    bytes: u64,
    at_ns: u64,
    thread: u32,
    owned: bool,
}

/// Adds up the heap events of a trace. Memory: the entries, the live blocks, the open frames.
#[derive(Debug)]
pub(super) struct Sites {
    detail: Detail,
    pub(super) paths: Paths,
    pub(super) all: Vec<Site>,
    numbers: HashMap<Key, usize>,
    blocks: HashMap<u64, Block>,
    /// What each thread allocated last.
    newest: HashMap<u32, u64>,
    owners: Owners,
    live: Amount,
    pub(super) peak: Amount,
    pub(super) peak_at_ns: u64,
    /// How often there was a new peak.
    peaks: u64,
    pub(super) end_ns: u64,
}

impl Sites {
    pub(super) fn new(detail: Detail) -> Self {
        Self {
            detail,
            paths: Paths::new(),
            all: Vec::new(),
            numbers: HashMap::new(),
            blocks: HashMap::new(),
            newest: HashMap::new(),
            owners: Owners::default(),
            live: Amount::default(),
            peak: Amount::default(),
            peak_at_ns: 0,
            peaks: 0,
            end_ns: 0,
        }
    }

    /// Adds an event, in the order of the trace.
    pub(super) fn add(&mut self, event: &Event) {
        self.end_ns = self.end_ns.max(event.at_ns);
        self.paths.follow(event);
        match &event.kind {
            Kind::Alloc(heap) => self.alloc(event, (heap.block, heap.bytes as u64), heap.at),
            Kind::Realloc(realloc) => self.resize(event, realloc.heap.block, realloc.heap.bytes as u64),
            Kind::Free(free) => self.free(event, free.heap.block),
            _ => {}
        }
        if let Some(owned) = self.owners.follow(event) {
            self.own(&owned);
        }
    }

    /// The entries, once all events are in; the order is that of their first allocations.
    pub(super) fn finish(&mut self) {
        for site in &mut self.all {
            site.settle(self.peaks);
        }
        for block in self.blocks.values() {
            self.all[block.site].lived_ns += self.end_ns.saturating_sub(block.at_ns);
        }
    }

    fn alloc(&mut self, event: &Event, (number, bytes): (u64, u64), at: Option<Position>) {
        let (thread, size_class) = match self.detail {
            Detail::Statement => (0, 0),
            Detail::ThreadAndSize => (event.thread, bytes.checked_next_power_of_two().unwrap_or(u64::MAX)),
        };
        let at = at.map(|at| (at.line, at.column));
        let key = Key { path: self.paths.of(event.frame), at, thread, size_class };
        let next = self.all.len();
        let index = *self.numbers.entry(key).or_insert(next);
        if index == next {
            self.all.push(Site::new(key));
        }
        let site = &mut self.all[index];
        site.settle(self.peaks);
        site.allocated.add(1, bytes);
        site.live.add(1, bytes);
        site.raise();
        self.live.add(1, bytes);
        let block = Block { site: index, bytes, at_ns: event.at_ns, thread: event.thread, owned: false };
        self.blocks.insert(number, block);
        self.newest.insert(event.thread, number);
        self.raise(event.at_ns);
    }

    fn resize(&mut self, event: &Event, number: u64, bytes: u64) {
        let Some(block) = self.blocks.get_mut(&number) else { return };
        let (grown, shrunk) = (bytes.saturating_sub(block.bytes), block.bytes.saturating_sub(bytes));
        block.bytes = bytes;
        let site = &mut self.all[block.site];
        site.settle(self.peaks);
        site.allocated.add(0, grown);
        for live in [&mut site.live, &mut self.live] {
            live.add(0, grown);
            live.take(0, shrunk);
        }
        site.raise();
        self.raise(event.at_ns);
    }

    fn free(&mut self, event: &Event, number: u64) {
        let Some(block) = self.blocks.remove(&number) else { return };
        let site = &mut self.all[block.site];
        site.settle(self.peaks);
        site.live.take(1, block.bytes);
        site.lived_ns += event.at_ns.saturating_sub(block.at_ns);
        self.live.take(1, block.bytes);
        let newest = self.newest.get(&event.thread) == Some(&number);
        site.temporary += u64::from(newest && block.thread == event.thread);
    }

    fn raise(&mut self, at_ns: u64) {
        if self.live.bytes > self.peak.bytes {
            (self.peak, self.peak_at_ns) = (self.live, at_ns);
            self.peaks += 1;
        }
    }

    fn own(&mut self, owned: &Owned<'_>) {
        for (number, _) in &owned.blocks {
            if let Some(block) = self.blocks.get_mut(number).filter(|block| !block.owned) {
                block.owned = true;
                self.all[block.site].own(&owned.local.name, owned.type_name.as_ref());
            }
        }
    }
}

impl Site {
    fn new(key: Key) -> Self {
        Self {
            key,
            allocated: Amount::default(),
            temporary: 0,
            most: Amount::default(),
            at_peak: Amount::default(),
            live: Amount::default(),
            lived_ns: 0,
            owners: Vec::new(),
            peak: 0,
        }
    }

    /// Since the last change of this entry the program may have had a new peak. Nothing changed here, so what is
    /// alive is what was alive then.
    fn settle(&mut self, peaks: u64) {
        if self.peak < peaks {
            (self.peak, self.at_peak) = (peaks, self.live);
        }
    }

    fn raise(&mut self) {
        if self.live.bytes > self.most.bytes {
            self.most = self.live;
        }
    }

    fn own(&mut self, local: &Arc<str>, type_name: Option<&Arc<str>>) {
        let is = |owner: &&mut Owner| owner.local == *local && owner.type_name.as_ref() == type_name;
        if let Some(owner) = self.owners.iter_mut().find(is) {
            owner.blocks += 1;
        } else if self.owners.len() <= OWNERS {
            self.owners.push(Owner { local: local.clone(), type_name: type_name.cloned(), blocks: 1 });
        }
    }

    /// Who owned the blocks first, in one line: `rows: Vec<Row>`, and how many of them if not all.
    pub(super) fn owned_by(&self) -> Option<String> {
        let texts: Vec<_> = self.owners.iter().take(OWNERS).map(|owner| owner.text(self.allocated)).collect();
        let more = if self.owners.len() > OWNERS { " and others" } else { "" };
        (!texts.is_empty()).then(|| texts.join(", ") + more)
    }
}

impl Owner {
    fn text(&self, all: Amount) -> String {
        let mut text = self.local.to_string();
        if let Some(type_name) = &self.type_name {
            text = format!("{text}: {type_name}");
        }
        if self.blocks < all.blocks {
            text = format!("{text} ({} of {})", self.blocks, all.blocks);
        }
        text
    }
}
