//! The live blocks that are summed up.

use foldhash::HashMap;
use trace_memory::event::{Event, Heap};

/// A block that has not ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    /// The number of its site.
    pub(super) site: u32,
    pub(super) first_bytes: usize,
    pub(super) bytes: usize,
    pub(super) most_bytes: usize,
    /// How often it grew.
    pub(super) grown: u64,
    /// The number of its first owner, and of the one that had it when it grew last.
    pub(super) owner: Option<u32>,
    pub(super) grower: Option<u32>,
    /// Whether that first owner was there before the block, in the frame that allocated it.
    pub(super) grew_in_place: bool,
    /// The event that allocated it, and its frame.
    pub(super) seq: u64,
    pub(super) frame: Option<u64>,
    /// The thread that allocated it, and the how-manieth allocation of that thread it is.
    pub(super) thread: u32,
    pub(super) nth: u64,
}

#[derive(Debug, Default)]
pub(super) struct Blocks {
    by_number: HashMap<u64, Block>,
}

impl Blocks {
    pub(super) fn begin(&mut self, event: &Event, heap: &Heap, (site, nth): (u32, u64)) {
        let bytes = heap.bytes;
        let block = Block {
            site,
            first_bytes: bytes,
            bytes,
            most_bytes: bytes,
            grown: 0,
            owner: None,
            grower: None,
            grew_in_place: false,
            seq: event.seq,
            frame: event.frame,
            thread: event.thread,
            nth,
        };
        self.by_number.insert(heap.block, block);
    }

    pub(super) fn get(&mut self, number: u64) -> Option<&mut Block> {
        self.by_number.get_mut(&number)
    }

    pub(super) fn end(&mut self, number: u64) {
        self.by_number.remove(&number);
    }

    pub(super) fn drain(&mut self) -> impl Iterator<Item = Block> + '_ {
        self.by_number.drain().map(|(_, block)| block)
    }
}
