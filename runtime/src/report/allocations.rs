//! The heap's records: which block each one is about.

use super::heap::{Block, Site};
use super::resolver::Resolver;
use crate::event::{Free, Heap, Kind, Realloc, Violation};
use crate::record::{Fact, Record};
use crate::site::Position;

/// A reallocation between its two records.
#[derive(Debug)]
pub(super) struct Reallocating {
    spot: Spot,
    addr: usize,
    bytes: usize,
    align: usize,
    /// The block, once another thread was handed its old address.
    displaced: Option<Block>,
}

/// When and where in the program a heap record was written.
#[derive(Clone, Copy, Debug)]
struct Spot {
    at_ns: u64,
    thread: u32,
    frame: u64,
    statement: u32,
}

/// A piece of memory as the allocator knows it.
#[derive(Clone, Copy, Debug)]
struct Piece {
    addr: usize,
    bytes: usize,
    align: usize,
}

impl Resolver {
    pub(super) fn heap_kind(&mut self, record: &Record) -> Option<(u64, Kind)> {
        let Record { at_ns, thread, .. } = *record;
        let spot = |frame, statement| Spot { at_ns, thread, frame, statement };
        match record.fact {
            Fact::Alloc { frame, statement, addr, bytes, align } => {
                let piece = Piece { addr, bytes, align };
                return Some((frame, self.alloc(spot(frame, statement), piece)));
            }
            Fact::Free { frame, statement, addr, .. } => {
                return Some((frame, self.free(spot(frame, statement), addr)?));
            }
            Fact::Reallocating { frame, statement, addr, bytes, align } => {
                self.begin_realloc(spot(frame, statement), Piece { addr, bytes, align });
            }
            Fact::Reallocated { addr, bytes } => return self.end_realloc(thread, addr, bytes),
            Fact::ReallocFailed => self.fail_realloc(thread),
            _ => {}
        }
        None
    }

    pub(super) fn violation(&mut self, fact: &Fact) -> Option<Kind> {
        let Fact::Violation { frame, rule, statement: index, what, addr, bytes } = *fact else { return None };
        let block = self.blocks.at(addr).map(|block| block.number);
        let function = self.stacks.frame(rule)?.body.path.clone();
        let at = self.stacks.frame(frame).and_then(|frame| frame.statement(index));
        Some(Kind::Violation(Violation { function, what, block, bytes, at }))
    }

    fn alloc(&mut self, spot: Spot, Piece { addr, bytes, align }: Piece) -> Kind {
        let number = self.blocks.next_number();
        let site = self.site(spot);
        let at = site.at;
        let Spot { at_ns, thread, .. } = spot;
        self.insert(addr, Block { number, bytes, align, at_ns, thread, site, owner: None, moving: None });
        Kind::Alloc(Heap { block: number, bytes, align, addr, at })
    }

    fn free(&mut self, spot: Spot, addr: usize) -> Option<Kind> {
        let block = self.blocks.remove(addr)?;
        let dropping = self.stacks.frame(spot.frame).and_then(|frame| frame.dropping().cloned());
        let Block { number, bytes, align, .. } = block;
        Some(Kind::Free(Free {
            heap: Heap { block: number, bytes, align, addr, at: self.statement(spot) },
            lived_ns: (!self.coarse_clock).then(|| spot.at_ns.saturating_sub(block.at_ns)),
            alloc_thread: (block.thread != spot.thread).then_some(block.thread),
            dropping,
        }))
    }

    fn begin_realloc(&mut self, spot: Spot, Piece { addr, bytes, align }: Piece) {
        if let Some(block) = self.blocks.at(addr) {
            block.moving = Some(spot.thread);
        }
        self.reallocating.insert(spot.thread, Reallocating { spot, addr, bytes, align, displaced: None });
    }

    /// A block from before the trace that grows in a traced frame is a new block of the trace.
    fn end_realloc(&mut self, thread: u32, addr: usize, bytes: usize) -> Option<(u64, Kind)> {
        let begun = self.reallocating.remove(&thread)?;
        let frame = begun.spot.frame;
        let Some((mut block, _)) = self.take_moving(thread, &begun) else {
            let piece = Piece { addr, bytes, align: begun.align };
            return (frame != 0).then(|| (frame, self.alloc(begun.spot, piece)));
        };
        let at = self.statement(begun.spot);
        let heap = Heap { block: block.number, bytes, align: begun.align, addr, at };
        (block.bytes, block.moving) = (bytes, None);
        self.insert(addr, block);
        Some((frame, Kind::Realloc(Realloc { heap, old_addr: begun.addr, old_bytes: begun.bytes })))
    }

    pub(super) fn fail_realloc(&mut self, thread: u32) {
        let Some(begun) = self.reallocating.remove(&thread) else {
            return;
        };
        if let Some((mut block, in_place)) = self.take_moving(thread, &begun) {
            block.moving = None;
            if in_place {
                self.blocks.insert(begun.addr, block);
            }
        }
    }

    /// The block a thread reallocates, and whether it was still at its address.
    fn take_moving(&mut self, thread: u32, begun: &Reallocating) -> Option<(Block, bool)> {
        if let Some(block) = &begun.displaced {
            return Some((block.clone(), false));
        }
        let known = self.blocks.at(begun.addr)?;
        if known.moving != Some(thread) {
            return None;
        }
        self.blocks.remove(begun.addr).map(|block| (block, true))
    }

    /// Another thread can be handed the old address of a block before this one writes `Reallocated`.
    fn insert(&mut self, addr: usize, block: Block) {
        let Some(old) = self.blocks.insert(addr, block) else {
            return;
        };
        let begun = old.moving.and_then(|thread| self.reallocating.get_mut(&thread));
        if let Some(begun) = begun {
            begun.displaced = Some(old);
        }
    }

    fn site(&mut self, spot: Spot) -> Site {
        let Some(frame) = self.stacks.frame(spot.frame) else {
            return Site::default();
        };
        Site { body: Some(frame.body.clone()), at: frame.statement(spot.statement) }
    }

    /// The statement of a heap record.
    fn statement(&mut self, spot: Spot) -> Option<Position> {
        self.stacks.frame(spot.frame)?.statement(spot.statement)
    }
}
