//! The threads' stacks: frames, their locals, and which local an address lies in.

use std::ops::Range;
use std::sync::Arc;

use super::body::Body;
use super::layout::{Layout, Place};
use super::table::Table;
use crate::event::{Local, Pointer};
use crate::site::{Position, Type};

/// A traced frame that has not ended.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) body: Arc<Body>,
    pub(super) thread: u32,
    pub(super) addr: usize,
    /// The local this frame is dropping now.
    pub(super) window: Option<Local>,
    /// The local a caller is dropping while this frame runs.
    pub(super) inherited: Option<Local>,
    /// At most one for each binding of the source: a binding that is made again is another value.
    pub(super) slots: Vec<Slot>,
}

impl Frame {
    pub(super) fn slot(&mut self, slot: u32) -> Option<&mut Slot> {
        self.slots.iter_mut().rev().find(|known| known.number == slot)
    }

    pub(super) fn statement(&self, index: u32) -> Option<Position> {
        self.body.places.statements.get(usize::try_from(index).ok()?).copied()
    }

    /// The local that is being dropped while this frame runs, here or in a caller.
    pub(super) fn dropping(&self) -> Option<&Local> {
        self.window.as_ref().or(self.inherited.as_ref())
    }
}

/// The value of a local.
#[derive(Debug)]
pub(super) struct Slot {
    pub(super) number: u32,
    pub(super) binding: u32,
    pub(super) name: Arc<str>,
    pub(super) addr: usize,
    pub(super) ty: &'static Type,
    /// Address and number of each block it owned when it was last read.
    pub(super) owned: Vec<(usize, u64)>,
    /// What it pointed to when that was last told.
    pub(super) told: Vec<Pointer>,
}

/// All stacks.
#[derive(Debug, Default)]
pub(super) struct Stacks {
    names: Table<u32, Arc<str>>,
    layout: Layout,
    frames: Table<u64, Frame>,
}

impl Stacks {
    pub(super) fn start_thread(&mut self, thread: u32, name: Option<&str>, stack: &Range<usize>) {
        if let Some(name) = name {
            self.names.insert(thread, name.into());
        }
        self.layout.start_thread(thread, stack);
    }

    pub(super) fn end_thread(&mut self, thread: u32) {
        self.names.remove(&thread);
        self.layout.end_thread(thread);
    }

    pub(super) fn thread_name(&self, thread: u32) -> Option<Arc<str>> {
        self.names.get(&thread).cloned()
    }

    pub(super) fn enter(&mut self, number: u64, frame: Frame) {
        self.frames.insert(number, frame);
    }

    pub(super) fn exit(&mut self, number: u64) -> Option<Frame> {
        let frame = self.frames.remove(&number)?;
        // What came last stands last.
        for slot in frame.slots.iter().rev() {
            self.layout.vacate(slot.addr, (number, slot.number));
        }
        Some(frame)
    }

    pub(super) fn frame(&mut self, number: u64) -> Option<&mut Frame> {
        self.frames.get_mut(&number)
    }

    pub(super) fn is_open(&self, number: u64) -> bool {
        self.frames.contains_key(&number)
    }

    /// Puts a value where the local lives; whatever was there before is gone.
    pub(super) fn occupy(&mut self, number: u64, slot: Slot) -> Option<Slot> {
        let frame = self.frames.get_mut(&number)?;
        let place = Place {
            start: slot.addr,
            end: slot.addr.saturating_add(slot.ty.bytes),
            frame: number,
            slot: slot.number,
            thread: frame.thread,
        };
        let known =
            frame.slots.iter().position(|known| known.binding == slot.binding || known.number == slot.number);
        let old = known.map(|index| frame.slots.swap_remove(index));
        frame.slots.push(slot);
        if let Some(old) = &old {
            self.layout.vacate(old.addr, (number, old.number));
        }
        self.layout.occupy(place);
        old
    }

    /// The stack that contains an address, and the local there.
    pub(super) fn around(&mut self, word: usize) -> Option<(u32, Option<Arc<str>>)> {
        let Some(&Place { frame, slot, thread, .. }) = self.layout.around(word) else {
            return self.layout.thread(word).map(|thread| (thread, None));
        };
        let slot = self.frame(frame).and_then(|frame| frame.slot(slot));
        Some((thread, slot.map(|slot| slot.name.clone())))
    }

    /// The slot of a local that contains an address: where it starts, its frame and number.
    pub(super) fn slot_at(&self, word: usize) -> Option<(usize, u64, u32)> {
        self.layout.around(word).map(|place| (place.start, place.frame, place.slot))
    }
}
