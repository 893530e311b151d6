//! Which row of the tree an event becomes, or changes.

use super::fold;
use super::model::{Home, LocalRow, Model, Open};
use super::tree::{Arena, Blocks, Id, Resize, Root, Row, Sign, Wait};
use crate::event::{Bind, Drop, Free, Heap, Kind, Local, Move, Pointer, Realloc, Region, Scan, Violation};
use crate::record::Reason;
use crate::site::Position;

impl Model {
    /// Shows an event that belongs inside a frame.
    pub(super) fn place(&mut self, frame: u64, kind: &Kind) {
        match kind {
            Kind::Bind(bind) => self.bind(frame, bind),
            Kind::Scan(scan) => self.scan(frame, scan),
            Kind::Move(row) => self.depart(frame, row),
            Kind::Drop(row) => self.drop(frame, row),
            Kind::Alloc(heap) => self.alloc(frame, heap),
            Kind::Realloc(realloc) => self.realloc(frame, realloc),
            Kind::Free(free) => self.free(frame, free),
            Kind::Suspend(at) => self.wait(frame, *at),
            Kind::Violation(violation) => self.violation(frame, violation),
            Kind::Enter(_) | Kind::Exit(_) | Kind::Resume(_) => {}
        }
    }

    /// Adds a row to a frame: below the drop that causes it, if the frame is dropping that local.
    pub(super) fn append_below_drop(&mut self, frame: u64, dropping: Option<&Local>, row: Row) -> Option<Id> {
        let (root, open, top) = self.seat(frame)?;
        let parent = drop_row(root, open, dropping).unwrap_or(top);
        Some(append(root, open, parent, row))
    }

    fn bind(&mut self, frame: u64, bind: &Bind) {
        let Some((root, open, top)) = self.seat(frame) else {
            return;
        };
        let known = open.locals.iter().any(|local| local.slot == bind.local.slot);
        // A new value in an old slot is a new row where the old value's drop is one.
        if !known || bind.needs_drop {
            let row = append(root, open, top, Row::Local(bind.clone()));
            let (slot, line, name) = (bind.local.slot, bind.line, bind.local.name.clone());
            open.locals.retain(|local| local.line != line || local.name != name);
            open.locals.push(LocalRow { slot, line, name, row });
        }
        self.point(frame, &bind.local, &bind.points_to);
    }

    fn scan(&mut self, frame: u64, scan: &Scan) {
        self.point(frame, &scan.local, &scan.points_to);
    }

    fn depart(&mut self, frame: u64, row: &Move) {
        if let Some((root, open, top)) = self.seat(frame) {
            append(root, open, top, Row::Move(row.clone()));
        }
    }

    fn drop(&mut self, frame: u64, row: &Drop) {
        let Some((root, open, top)) = self.seat(frame) else {
            return;
        };
        let id = append(root, open, top, Row::Drop(row.clone()));
        open.drop = Some((row.local.slot, id));
        if row.reason != Reason::Reassigned {
            open.locals.retain(|local| local.slot != row.local.slot);
        }
    }

    fn violation(&mut self, frame: u64, violation: &Violation) {
        if let Some((root, open, top)) = self.seat(frame) {
            append(root, open, top, Row::Violation(violation.clone()));
        }
    }

    fn wait(&mut self, frame: u64, at: Option<Position>) {
        if let Some((root, open, top)) = self.seat(frame) {
            let row = Row::Wait(Wait { at, resumed: false, thread: None });
            open.wait = Some(append(root, open, top, row));
            open.drop = None;
        }
    }

    /// A future goes on, on the thread of the event.
    pub(super) fn go_on(&mut self, frame: u64, thread: u32) {
        let Some((root, open, _)) = self.seat(frame) else {
            return;
        };
        let other = (open.thread != thread).then_some(thread);
        open.thread = thread;
        let row = open.wait.take().and_then(|row| root.arena.change(row));
        if let Some(Row::Wait(wait)) = row.map(|node| &mut node.row) {
            (wait.resumed, wait.thread) = (true, other);
        }
    }

    /// A local's row says where the value last pointed, and has the blocks it owns below it.
    fn point(&mut self, frame: u64, local: &Local, pointers: &[Pointer]) {
        let Some((root, open, _)) = self.seat(frame) else {
            return;
        };
        let Some(row) = open.locals.iter().find(|known| known.slot == local.slot).map(|local| local.row)
        else {
            return;
        };
        let Some(node) = root.arena.change(row) else {
            return;
        };
        if let Row::Local(bind) = &mut node.row {
            if !pointers.is_empty() {
                bind.points_to = pointers.to_vec();
            }
        }
        for pointer in pointers {
            if let Region::Heap { block, bytes, owns: true } = pointer.region {
                self.claim(frame, row, (block, bytes));
            }
        }
    }

    /// Puts a block that this frame allocated below the local that owns it.
    fn claim(&mut self, frame: u64, local: Id, (block, bytes): (u64, usize)) {
        let Some(home) = self.homes.get(&block).filter(|home| home.frame == frame && !home.owned) else {
            return;
        };
        let loose = home.row;
        let Some((root, _, top)) = self.seat(frame) else {
            return;
        };
        let arena = &mut root.arena;
        let Some(first_bytes) = take_block(arena, (top, loose), (block, bytes)) else {
            return;
        };
        let at = arena_at(arena, loose);
        forget_if_empty(arena, top, loose);
        let heap = Heap { block, bytes: first_bytes, align: 1, addr: 0, at };
        let row = adopt(arena, local, Row::Blocks(Blocks::alloc(&heap)));
        if let Some(resized) = take_resize(arena, top, block) {
            adopt(arena, local, resized);
        }
        self.homes.insert(block, Home { frame, row, above: local, owned: true });
    }

    fn alloc(&mut self, frame: u64, heap: &Heap) {
        let Some((root, open, top)) = self.seat(frame) else {
            return;
        };
        let last = last_blocks(&mut root.arena, top, |row| row.sign == Sign::Alloc && row.at == heap.at);
        let row = if let Some((row, blocks)) = last {
            blocks.push(heap.block, heap.bytes);
            row
        } else {
            append(root, open, top, Row::Blocks(Blocks::alloc(heap)))
        };
        self.homes.insert(heap.block, Home { frame, row, above: top, owned: false });
    }

    fn realloc(&mut self, frame: u64, realloc: &Realloc) {
        let block = realloc.heap.block;
        let home = self.homes.get(&block).filter(|home| home.frame == frame).map(|home| home.above);
        let Some((root, open, top)) = self.seat(frame) else {
            return;
        };
        let parent = home.filter(|&above| root.arena.get(above).is_some()).unwrap_or(top);
        if let Some(row) = find_resize(&mut root.arena, parent, block) {
            row.push(realloc);
        } else {
            append(root, open, parent, Row::Resize(Resize::of(realloc)));
        }
    }

    fn free(&mut self, frame: u64, free: &Free) {
        let home = self.homes.remove(&free.heap.block);
        let Some((root, open, top)) = self.seat(frame) else {
            return;
        };
        let below = drop_row(root, open, free.dropping.as_ref());
        let loose = home.filter(|home| home.frame == frame && !home.owned && below.is_none());
        let single = |id: &Id| root.arena.get(*id).is_some_and(|node| node.times == 1);
        let loose = loose.map(|home| home.row).filter(single);
        let blocks = loose.and_then(|row| blocks(&mut root.arena, row)).filter(|row| row.at == free.heap.at);
        if let Some(row) = blocks {
            row.temporary += 1;
            row.lived_ns = row.lived_ns.max(free.lived_ns);
            return;
        }
        let parent = below.unwrap_or(top);
        let alike = |row: &Blocks| {
            row.sign == Sign::Free
                && row.alloc_thread == free.alloc_thread
                && (below.is_some() || row.at == free.heap.at)
        };
        if let Some((_, row)) = last_blocks(&mut root.arena, parent, alike) {
            row.push_free(free);
        } else {
            let mut row = Blocks::free(free);
            row.at = row.at.filter(|_| below.is_none());
            append(root, open, parent, Row::Blocks(row));
        }
    }
}

fn append(root: &mut Root, open: &mut Open, parent: Id, row: Row) -> Id {
    fold::append(&mut root.arena, parent, row, |old, new| {
        open.replace(old, new);
    })
}

fn drop_row(root: &Root, open: &Open, dropping: Option<&Local>) -> Option<Id> {
    let (slot, row) = open.drop?;
    let local = dropping?;
    let shown = matches!(&root.arena.get(row)?.row, Row::Drop(drop) if drop.local.name == local.name);
    (shown && slot == local.slot).then_some(row)
}

/// Adds a row without folding: the rows below a local are few, and each one is different.
fn adopt(arena: &mut Arena, parent: Id, row: Row) -> Id {
    fold::append(arena, parent, row, |_, _| {})
}

fn blocks(arena: &mut Arena, id: Id) -> Option<&mut Blocks> {
    match &mut arena.change(id)?.row {
        Row::Blocks(blocks) => Some(blocks),
        _ => None,
    }
}

fn last_blocks(arena: &mut Arena, parent: Id, alike: impl Fn(&Blocks) -> bool) -> Option<(Id, &mut Blocks)> {
    let last = *arena.change(parent)?.children.last()?;
    if arena.get(last)?.times > 1 {
        return None;
    }
    let row = blocks(arena, last)?;
    alike(row).then_some((last, row))
}

/// Takes a block out of the row of its statement: its size when it was allocated.
fn take_block(arena: &mut Arena, (top, loose): (Id, Id), (block, bytes): (u64, usize)) -> Option<usize> {
    let first = find_resize(arena, top, block).map_or(bytes, |row| row.first_bytes);
    if arena.get(loose)?.times > 1 {
        return None;
    }
    blocks(arena, loose)?.take(block, first);
    Some(first)
}

fn arena_at(arena: &mut Arena, id: Id) -> Option<Position> {
    blocks(arena, id).and_then(|row| row.at)
}

fn forget_if_empty(arena: &mut Arena, top: Id, id: Id) {
    if blocks(arena, id).is_some_and(|row| row.count == 0) {
        arena.remove(id);
        if let Some(top) = arena.change(top) {
            top.children.retain(|&child| child != id);
        }
    }
}

fn resize_id(arena: &Arena, parent: Id, block: u64) -> Option<Id> {
    let children = &arena.get(parent)?.children;
    children.iter().rev().copied().find(|&id| {
        let node = arena.get(id);
        node.is_some_and(
            |node| matches!(&node.row, Row::Resize(row) if row.block == block && node.times == 1),
        )
    })
}

fn find_resize(arena: &mut Arena, parent: Id, block: u64) -> Option<&mut Resize> {
    let id = resize_id(arena, parent, block)?;
    arena.change(parent)?;
    match &mut arena.change(id)?.row {
        Row::Resize(row) => Some(row),
        _ => None,
    }
}

fn take_resize(arena: &mut Arena, parent: Id, block: u64) -> Option<Row> {
    let id = resize_id(arena, parent, block)?;
    let node = arena.remove(id)?;
    arena.change(parent)?.children.retain(|&child| child != id);
    Some(node.row)
}
