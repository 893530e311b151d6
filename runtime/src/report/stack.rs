//! The threads' stacks: frames, their locals, and which local an address lies in.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::table::Table;
use crate::event::{Local, Pointer};
use crate::site::{Function, Places, Position, Type};

/// A traced frame that has not ended.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) function: &'static Function,
    pub(super) places: Arc<Places>,
    pub(super) path: Arc<str>,
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
        self.places.statements.get(usize::try_from(index).ok()?).copied()
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

/// Which local occupies a piece of a stack.
#[derive(Debug)]
struct Place {
    end: usize,
    frame: u64,
    slot: u32,
    thread: u32,
    name: Arc<str>,
}

/// All stacks.
#[derive(Debug, Default)]
pub(super) struct Stacks {
    names: Table<u32, Arc<str>>,
    ranges: BTreeMap<usize, (usize, u32)>,
    places: BTreeMap<usize, Place>,
    frames: Table<u64, Frame>,
}

impl Stacks {
    pub(super) fn start_thread(&mut self, thread: u32, name: Option<&str>, stack: &Range<usize>) {
        if let Some(name) = name {
            self.names.insert(thread, name.into());
        }
        if !stack.is_empty() {
            self.ranges.retain(|&start, &mut (end, _)| end <= stack.start || stack.end <= start);
            self.ranges.insert(stack.start, (stack.end, thread));
        }
    }

    pub(super) fn end_thread(&mut self, thread: u32) {
        self.names.remove(&thread);
        self.ranges.retain(|_, &mut (_, of)| of != thread);
    }

    pub(super) fn thread_name(&self, thread: u32) -> Option<Arc<str>> {
        self.names.get(&thread).cloned()
    }

    pub(super) fn enter(&mut self, number: u64, frame: Frame) {
        self.frames.insert(number, frame);
    }

    pub(super) fn exit(&mut self, number: u64) -> Option<Frame> {
        let frame = self.frames.remove(&number)?;
        for slot in &frame.slots {
            self.vacate(number, slot);
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
        let thread = frame.thread;
        let end = slot.addr.saturating_add(slot.ty.bytes);
        let place = Place { end, frame: number, slot: slot.number, thread, name: slot.name.clone() };
        let addr = slot.addr;
        let known =
            frame.slots.iter().position(|known| known.binding == slot.binding || known.number == slot.number);
        let old = known.map(|index| frame.slots.swap_remove(index));
        frame.slots.push(slot);
        if let Some(old) = &old {
            self.vacate(number, old);
        }
        if end > addr {
            self.clear(addr..end);
            self.places.insert(addr, place);
        }
        old
    }

    /// The stack that contains an address, and the local there.
    pub(super) fn around(&self, word: usize) -> Option<(u32, Option<Arc<str>>)> {
        let place = self.places.range(..=word).next_back().filter(|(_, place)| word < place.end);
        if let Some((_, place)) = place {
            return Some((place.thread, Some(place.name.clone())));
        }
        let (_, &(end, thread)) = self.ranges.range(..=word).next_back()?;
        (word < end).then_some((thread, None))
    }

    /// The slot of a local that contains an address: where it starts, its frame and number.
    pub(super) fn slot_at(&self, word: usize) -> Option<(usize, u64, u32)> {
        let (&start, place) = self.places.range(..=word).next_back()?;
        (word < place.end).then_some((start, place.frame, place.slot))
    }

    fn vacate(&mut self, frame: u64, slot: &Slot) {
        let place = self.places.get(&slot.addr);
        if place.is_some_and(|place| place.frame == frame && place.slot == slot.number) {
            self.places.remove(&slot.addr);
        }
    }

    fn clear(&mut self, range: Range<usize>) {
        let before = self.places.range(..range.start).next_back();
        let before = before.filter(|(_, place)| place.end > range.start).map(|(&start, _)| start);
        let inside = self.places.range(range).map(|(&start, _)| start);
        for start in inside.chain(before).collect::<Vec<_>>() {
            self.places.remove(&start);
        }
    }
}
