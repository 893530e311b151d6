//! Sums over a trace: by function, and by the statement that allocates. In memory they grow with the source, the
//! live blocks and the open frames, not with the trace.

mod blocks;
mod functions;
mod names;
mod sites;
mod threads;

use trace_memory::event::{Event, Kind};
use trace_memory::report::Totals;

pub(crate) use self::functions::Function;
pub(crate) use self::sites::{Growth, Site};

use self::blocks::Blocks;
use self::functions::Functions;
use self::sites::Sites;
use self::threads::Threads;
use crate::args::Filter;

/// What one call, or one function, did on the heap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Heap {
    pub(crate) allocs: u64,
    pub(crate) reallocs: u64,
    pub(crate) frees: u64,
    /// Bytes asked for, including those by which blocks grew.
    pub(crate) bytes: u64,
    pub(crate) freed_bytes: u64,
}

impl Heap {
    fn of(kind: &Kind) -> Option<Self> {
        let bytes = |new: usize, freed: usize| (new as u64, freed as u64);
        let (allocs, reallocs, frees, (bytes, freed_bytes)) = match kind {
            Kind::Alloc(heap) => (1, 0, 0, bytes(heap.bytes, 0)),
            Kind::Realloc(realloc) => {
                let (old, new) = (realloc.old_bytes, realloc.heap.bytes);
                (0, 1, 0, bytes(new.saturating_sub(old), old.saturating_sub(new)))
            }
            Kind::Free(free) => (0, 0, 1, bytes(0, free.heap.bytes)),
            _ => return None,
        };
        Some(Self { allocs, reallocs, frees, bytes, freed_bytes })
    }

    /// A damaged trace can hold any number of bytes.
    fn add(&mut self, other: Self) {
        self.allocs += other.allocs;
        self.reallocs += other.reallocs;
        self.frees += other.frees;
        self.bytes = self.bytes.saturating_add(other.bytes);
        self.freed_bytes = self.freed_bytes.saturating_add(other.freed_bytes);
    }

    fn since(self, before: Self) -> Self {
        Self {
            allocs: self.allocs - before.allocs,
            reallocs: self.reallocs - before.reallocs,
            frees: self.frees - before.frees,
            bytes: self.bytes.saturating_sub(before.bytes),
            freed_bytes: self.freed_bytes.saturating_sub(before.freed_bytes),
        }
    }
}

/// What is summed up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Detail {
    Functions,
    /// Statements that allocate, as well.
    Sites,
}

/// The sums.
///
/// Heap events count for the function in which they happen. With a filter, the totals and the sites are of the
/// blocks that the chosen functions and threads allocate, wherever these are freed.
#[derive(Debug)]
pub(crate) struct Profile {
    filter: Filter,
    filtered: bool,
    totals: Totals,
    functions: Functions,
    threads: Threads,
    blocks: Blocks,
    sites: Option<Sites>,
}

impl Profile {
    pub(crate) fn new(filter: &Filter, detail: Detail) -> Self {
        Self {
            filter: filter.clone(),
            filtered: filter.function.is_some() || filter.thread.is_some(),
            totals: Totals::default(),
            functions: Functions::default(),
            threads: Threads::default(),
            blocks: Blocks::default(),
            sites: (detail == Detail::Sites).then(Sites::default),
        }
    }

    pub(crate) fn add(&mut self, event: &Event) {
        let is_seen = self.filter.has_thread(event.thread);
        let function = self.threads.function(event);
        if let Some(heap) = Heap::of(&event.kind) {
            self.threads.heap(event.thread, heap);
            if let Some(function) = function.filter(|_| is_seen) {
                self.functions.at(function).own.add(heap);
            }
            self.heap(event, function);
            return;
        }
        match &event.kind {
            Kind::Enter(enter) => {
                let function = self.functions.number(enter, &self.filter);
                let base = self.threads.enter(event, enter, function);
                if is_seen {
                    self.functions.entered(function, enter);
                    if self.functions.is_chosen(function) {
                        self.totals.add_frame(enter, base);
                    }
                }
            }
            Kind::Exit(how) => {
                if let (Some(sites), Some(frame)) = (&mut self.sites, event.frame) {
                    sites.left(frame);
                }
                if let Some((call, of)) = self.threads.exit(event).filter(|_| is_seen) {
                    self.functions.left(of, call, Some(*how));
                }
            }
            Kind::Suspend(_) => {
                if let Some((call, of)) = self.threads.suspend(event).filter(|_| is_seen) {
                    self.functions.left(of, call, None);
                }
            }
            Kind::Resume(_) => self.threads.resume(event),
            Kind::Drop(_) | Kind::Move(_) if is_seen => self.functions.dropped(function, &event.kind),
            Kind::Bind(_) | Kind::Scan(_) => {
                if let Some(sites) = &mut self.sites {
                    sites.held(event, &mut self.blocks);
                }
            }
            _ => {}
        }
        if !self.filtered || (is_seen && function.is_some_and(|function| self.functions.is_chosen(function)))
        {
            self.totals.add(&event.kind);
        }
    }

    /// The totals and the sites follow a block from its allocation to its end.
    fn heap(&mut self, event: &Event, function: Option<u32>) {
        if !self.filtered && self.sites.is_none() {
            return self.totals.add(&event.kind);
        }
        let is_chosen = || match function {
            Some(function) => self.functions.is_chosen(function),
            None => self.filter.has_function(None),
        };
        if let Kind::Alloc(heap) = &event.kind {
            if !self.filter.has_thread(event.thread) || !is_chosen() {
                return;
            }
            let site = self.sites.as_mut().map_or(0, |sites| sites.number(function, heap.at));
            self.blocks.begin(event, heap, (site, self.threads.allocs(event.thread)));
        }
        let number = match &event.kind {
            Kind::Alloc(heap) => heap.block,
            Kind::Realloc(realloc) => realloc.heap.block,
            Kind::Free(free) => free.heap.block,
            _ => return,
        };
        let Some(block) = self.blocks.get(number) else { return };
        self.totals.add(&event.kind);
        if let Some(sites) = &mut self.sites {
            sites.heap(event, block, self.threads.allocs(event.thread));
        }
        if matches!(event.kind, Kind::Free(_)) {
            self.blocks.end(number);
        }
    }

    /// All sums, at the end of the trace: of frames and blocks that have not ended, too.
    pub(crate) fn finish(mut self) -> Sums {
        for (call, of) in self.threads.unfinished() {
            self.functions.left(of, call, None);
        }
        let sites = self.sites.map(|mut sites| {
            self.blocks.drain().for_each(|block| sites.ended(&block));
            sites.into_list()
        });
        Sums { totals: self.totals, functions: self.functions.into_list(), sites: sites.unwrap_or_default() }
    }
}

/// What a trace comes to.
#[derive(Debug)]
pub(crate) struct Sums {
    pub(crate) totals: Totals,
    /// Every function that was entered, whether it was asked for or not: sites name them by their place here.
    pub(crate) functions: Vec<Function>,
    pub(crate) sites: Vec<Site>,
}
