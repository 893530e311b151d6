//! Whether blocks begin once, end once, and are never in each other's place.

use std::collections::BTreeMap;

use foldhash::HashMap;
use trace_memory::event::{Event, Heap, Kind, Realloc};

#[derive(Debug, Default)]
pub(super) struct Blocks {
    by_number: HashMap<u64, Block>,
    /// Where each starts.
    by_addr: BTreeMap<usize, u64>,
    /// Blocks in whose place another one begins. That is in order if they are being reallocated: the old address
    /// is free for other threads before the event that says where the block is now. They wait for that event.
    displaced: HashMap<u64, (u64, String)>,
}

#[derive(Clone, Copy, Debug)]
struct Block {
    addr: usize,
    bytes: usize,
}

impl Blocks {
    pub(super) fn add(&mut self, event: &Event) -> Vec<String> {
        let mut faults = Vec::new();
        match &event.kind {
            Kind::Alloc(heap) => {
                if self.by_number.contains_key(&heap.block) {
                    faults.push(format!("block #{} begins, and is alive already", heap.block));
                }
                self.begin(event.seq, heap);
            }
            Kind::Realloc(Realloc { heap, old_addr, old_bytes }) => {
                let before = Block { addr: *old_addr, bytes: *old_bytes };
                faults.extend(self.end(heap.block, before, "grows or shrinks"));
                self.displaced.remove(&heap.block);
                self.begin(event.seq, heap);
            }
            Kind::Free(free) => {
                let before = Block { addr: free.heap.addr, bytes: free.heap.bytes };
                faults.extend(self.end(free.heap.block, before, "is freed"));
                faults.extend(self.displaced.remove(&free.heap.block).map(|(_, what)| what));
            }
            _ => {}
        }
        faults
    }

    /// Blocks that another one displaced, and that were never reallocated: with the number of the event.
    pub(super) fn left_behind(&mut self) -> Vec<(u64, String)> {
        let mut left: Vec<_> = self.displaced.drain().map(|(_, fault)| fault).collect();
        left.sort();
        left
    }

    fn begin(&mut self, seq: u64, heap: &Heap) {
        let end = heap.addr.saturating_add(heap.bytes.max(1));
        let mut overlapping = Vec::new();
        for (&start, &number) in self.by_addr.range(..end).rev() {
            let bytes = self.by_number.get(&number).map_or(0, |block| block.bytes);
            if start.saturating_add(bytes.max(1)) <= heap.addr {
                break;
            }
            overlapping.push((start, number));
        }
        for (start, number) in overlapping {
            self.by_addr.remove(&start);
            let what = format!("block #{} is where block #{number} still is", heap.block);
            self.displaced.insert(number, (seq, what));
        }
        self.by_addr.insert(heap.addr, heap.block);
        self.by_number.insert(heap.block, Block { addr: heap.addr, bytes: heap.bytes });
    }

    fn end(&mut self, number: u64, said: Block, what: &str) -> Option<String> {
        let Some(known) = self.by_number.remove(&number) else {
            return Some(format!("block #{number} {what}, and is not alive"));
        };
        if self.by_addr.get(&known.addr) == Some(&number) {
            self.by_addr.remove(&known.addr);
        }
        if known.addr != said.addr {
            return Some(format!("block #{number} {what} at another address than it was"));
        }
        (known.bytes != said.bytes)
            .then(|| format!("block #{number} {what} with {} bytes; it had {}", said.bytes, known.bytes))
    }
}
