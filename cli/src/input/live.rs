//! The blocks that are alive, from events: what the resolver knows of a trace of records.

use std::collections::HashMap;
use std::sync::Arc;

use trace_memory::event::{Bind, Event, Free, Heap, Kind, Local, Move, Pointer, Realloc, Region, Scan};
use trace_memory::report::{Leak, LeakOwner};

/// Live blocks and who owned them last.
#[derive(Debug, Default)]
pub(super) struct Live {
    blocks: HashMap<u64, Block>,
    /// Which block is at an address. While a block is reallocated, another thread may be handed its old one.
    at: HashMap<usize, u64>,
    frames: HashMap<u64, Frame>,
}

#[derive(Debug)]
struct Block {
    leak: Leak,
    addr: usize,
    /// Frame and slot of its last owner.
    owner: (u64, u32),
}

/// A frame that has not ended.
#[derive(Debug)]
struct Frame {
    function: Arc<str>,
    file: Arc<str>,
    /// The blocks that each slot owns.
    owned: HashMap<u32, Vec<u64>>,
}

impl Live {
    pub(super) fn add(&mut self, event: &Event) {
        let frame = event.frame.unwrap_or(0);
        match &event.kind {
            Kind::Enter(enter) => {
                let (function, file) = (enter.function.clone(), enter.file.clone());
                self.frames.insert(frame, Frame { function, file, owned: HashMap::new() });
            }
            Kind::Exit(_) => {
                self.frames.remove(&frame);
            }
            Kind::Bind(Bind { local, points_to, .. }) | Kind::Scan(Scan { local, points_to }) => {
                self.hold(frame, local, points_to);
            }
            Kind::Move(Move { local, partial: false, .. }) => {
                for number in self.release(frame, local.slot) {
                    self.moved((frame, local.slot), number);
                }
            }
            Kind::Drop(row) => {
                self.release(frame, row.local.slot);
            }
            Kind::Alloc(heap) => self.alloc(frame, heap),
            Kind::Realloc(realloc) => self.realloc(realloc),
            Kind::Free(Free { heap, .. }) => {
                self.blocks.remove(&heap.block);
                self.leave(heap.addr, heap.block);
            }
            _ => {}
        }
    }

    /// Every live block, oldest first. Of two at one address, only the later one can be alive.
    pub(super) fn leaks(self) -> Vec<Leak> {
        let Self { blocks, at, .. } = self;
        let live = blocks.into_iter().filter(|(number, block)| at.get(&block.addr) == Some(number));
        let mut leaks: Vec<_> = live.map(|(_, block)| block.leak).collect();
        leaks.sort_by_key(|leak| leak.block);
        leaks
    }

    fn alloc(&mut self, frame: u64, heap: &Heap) {
        let frame = self.frames.get(&frame);
        let (function, file) = frame.map(|frame| (frame.function.clone(), frame.file.clone())).unzip();
        let &Heap { block, bytes, align, addr, at } = heap;
        let leak = Leak { block, bytes, align, function, file, at, owner: None };
        self.blocks.insert(block, Block { leak, addr, owner: (0, 0) });
        self.at.insert(addr, block);
    }

    fn realloc(&mut self, Realloc { heap, old_addr, .. }: &Realloc) {
        self.leave(*old_addr, heap.block);
        if let Some(block) = self.blocks.get_mut(&heap.block) {
            (block.leak.bytes, block.addr) = (heap.bytes, heap.addr);
            self.at.insert(heap.addr, heap.block);
        }
    }

    fn leave(&mut self, addr: usize, number: u64) {
        if self.at.get(&addr) == Some(&number) {
            self.at.remove(&addr);
        }
    }

    /// An event says whether the pointer's local owns the block; so that is not decided here.
    fn hold(&mut self, number: u64, local: &Local, points_to: &[Pointer]) {
        let Some(frame) = self.frames.get_mut(&number) else { return };
        let mut held = Vec::new();
        for pointer in points_to {
            let Region::Heap { block, owns: true, .. } = pointer.region else { continue };
            held.push(block);
            if let Some(block) = self.blocks.get_mut(&block) {
                let (name, function) = (local.name.clone(), frame.function.clone());
                block.leak.owner = Some(LeakOwner { local: name, function, moved: false });
                block.owner = (number, local.slot);
            }
        }
        if held.is_empty() {
            frame.owned.remove(&local.slot);
        } else {
            frame.owned.insert(local.slot, held);
        }
    }

    fn release(&mut self, frame: u64, slot: u32) -> Vec<u64> {
        let frame = self.frames.get_mut(&frame);
        frame.and_then(|frame| frame.owned.remove(&slot)).unwrap_or_default()
    }

    fn moved(&mut self, from: (u64, u32), number: u64) {
        let block = self.blocks.get_mut(&number).filter(|block| block.owner == from);
        if let Some(owner) = block.and_then(|block| block.leak.owner.as_mut()) {
            owner.moved = true;
        }
    }
}
