//! The table of heap blocks.

use std::collections::HashMap;
use std::sync::Arc;

use trace_memory::event::{Event, Heap, Kind, Local};

use super::Run;
use super::table::{Cell, Table};
use crate::error::Error;
use crate::export::owners::{Owned, Owners};
use crate::export::paths::{Function, Paths};

/// A row per block; what tells of its end is empty where it was not freed. `function`, `line` and `column` are where it
/// was allocated, `owner` is the first local that owned it.
pub(super) const BLOCKS: [(&str, &str); 24] = [
    ("run", "text"),
    ("host", "text"),
    ("program", "text"),
    ("block", "int"),
    ("thread", "int"),
    ("frame", "int"),
    ("function", "text"),
    ("file", "text"),
    ("line", "int"),
    ("column", "int"),
    ("align", "int"),
    ("first_bytes", "int"),
    ("most_bytes", "int"),
    ("last_bytes", "int"),
    ("allocated_bytes", "int"),
    ("reallocs", "int"),
    ("alloc_ns", "int"),
    ("free_ns", "int"),
    ("lived_ns", "int"),
    ("free_thread", "int"),
    ("dropped_with", "text"),
    ("owner", "text"),
    ("owner_type", "text"),
    ("owner_function", "text"),
];

#[derive(Debug)]
struct Owner {
    local: Arc<str>,
    type_name: Option<Arc<str>>,
    function: Option<Arc<str>>,
}

#[derive(Debug)]
struct Block {
    heap: Heap,
    thread: u32,
    frame: Option<u64>,
    function: Option<Function>,
    alloc_ns: u64,
    first_bytes: usize,
    most_bytes: usize,
    allocated_bytes: u64,
    reallocs: u64,
    owner: Option<Owner>,
}

/// The end of a block.
struct End<'a> {
    at_ns: u64,
    thread: u32,
    lived_ns: Option<u64>,
    dropping: Option<&'a Local>,
}

/// The live blocks, and their sum.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    live: HashMap<u64, Block>,
    owners: Owners,
    pub(super) totals: Totals,
}

/// Sums over the whole run.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Totals {
    pub(super) allocs: u64,
    pub(super) reallocs: u64,
    pub(super) frees: u64,
    pub(super) allocated_bytes: u64,
    pub(super) live_bytes: u64,
    pub(super) peak_bytes: u64,
}

impl Totals {
    fn resize(&mut self, old: usize, new: usize) {
        self.allocated_bytes += new.saturating_sub(old) as u64;
        self.live_bytes = (self.live_bytes + new as u64).saturating_sub(old as u64);
        self.peak_bytes = self.peak_bytes.max(self.live_bytes);
    }
}

impl Blocks {
    pub(super) fn add(
        &mut self,
        event: &Event,
        paths: &Paths,
        run: &Run,
        table: &mut Table,
    ) -> Result<(), Error> {
        match &event.kind {
            Kind::Alloc(heap) => self.alloc(event, heap, paths),
            Kind::Realloc(realloc) => {
                let (old, new) = (realloc.old_bytes, realloc.heap.bytes);
                self.totals.reallocs += 1;
                self.totals.resize(old, new);
                if let Some(block) = self.live.get_mut(&realloc.heap.block) {
                    block.heap.bytes = new;
                    block.most_bytes = block.most_bytes.max(new);
                    block.allocated_bytes += new.saturating_sub(old) as u64;
                    block.reallocs += 1;
                }
            }
            Kind::Free(free) => {
                self.totals.frees += 1;
                self.totals.resize(free.heap.bytes, 0);
                if let Some(block) = self.live.remove(&free.heap.block) {
                    let (at_ns, thread, lived_ns) = (event.at_ns, event.thread, free.lived_ns);
                    let end = End { at_ns, thread, lived_ns, dropping: free.dropping.as_ref() };
                    write_block(&block, Some(&end), run, table)?;
                }
            }
            _ => {}
        }
        if let Some(owned) = self.owners.follow(event) {
            self.own(&owned, paths.function_of(event.frame));
        }
        Ok(())
    }

    fn alloc(&mut self, event: &Event, heap: &Heap, paths: &Paths) {
        self.totals.allocs += 1;
        self.totals.resize(0, heap.bytes);
        let block = Block {
            heap: heap.clone(),
            thread: event.thread,
            frame: event.frame,
            function: paths.function_of(event.frame).cloned(),
            alloc_ns: event.at_ns,
            first_bytes: heap.bytes,
            most_bytes: heap.bytes,
            allocated_bytes: heap.bytes as u64,
            reallocs: 0,
            owner: None,
        };
        self.live.insert(heap.block, block);
    }

    fn own(&mut self, owned: &Owned<'_>, function: Option<&Function>) {
        for (number, _) in &owned.blocks {
            if let Some(block) = self.live.get_mut(number).filter(|block| block.owner.is_none()) {
                block.owner = Some(Owner {
                    local: owned.local.name.clone(),
                    type_name: owned.type_name.clone(),
                    function: function.map(|function| function.name.clone()),
                });
            }
        }
    }

    /// Writes the blocks that were not freed, oldest first, and tells how many.
    pub(super) fn finish(self, run: &Run, table: &mut Table) -> Result<(Totals, u64), Error> {
        let mut left: Vec<_> = self.live.into_values().collect();
        left.sort_unstable_by_key(|block| block.heap.block);
        for block in &left {
            write_block(block, None, run, table)?;
        }
        Ok((self.totals, left.len() as u64))
    }
}

fn write_block(block: &Block, end: Option<&End<'_>>, run: &Run, table: &mut Table) -> Result<(), Error> {
    let [name, host, program] = run.cells();
    let (function, owner) = (block.function.as_ref(), block.owner.as_ref());
    table.row(&[
        name,
        host,
        program,
        Cell::int(block.heap.block),
        Cell::int(block.thread),
        Cell::maybe(block.frame),
        Cell::text(function.map(|function| &function.name)),
        Cell::text(function.map(|function| &function.file)),
        Cell::maybe(block.heap.at.map(|at| at.line)),
        Cell::maybe(block.heap.at.map(|at| at.column)),
        Cell::int(block.heap.align),
        Cell::int(block.first_bytes),
        Cell::int(block.most_bytes),
        Cell::int(block.heap.bytes),
        Cell::int(block.allocated_bytes),
        Cell::int(block.reallocs),
        Cell::int(block.alloc_ns),
        Cell::maybe(end.map(|end| end.at_ns)),
        Cell::maybe(end.and_then(|end| end.lived_ns)),
        Cell::maybe(end.map(|end| end.thread)),
        Cell::text(end.and_then(|end| end.dropping).map(|local| &local.name)),
        Cell::text(owner.map(|owner| &owner.local)),
        Cell::text(owner.and_then(|owner| owner.type_name.as_ref())),
        Cell::text(owner.and_then(|owner| owner.function.as_ref())),
    ])
}
