//! Which local occupies which piece of memory.

use std::collections::BTreeMap;
use std::ops::Range;

/// The slot of a local, and where it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) frame: u64,
    pub(super) slot: u32,
    pub(super) thread: u32,
}

impl Place {
    fn contains(&self, addr: usize) -> bool {
        self.start <= addr && addr < self.end
    }
}

/// The stacks of the threads, and the places in them and elsewhere. No two places overlap.
#[derive(Debug, Default)]
pub(super) struct Layout {
    /// By their start.
    stacks: BTreeMap<usize, Stack>,
    /// Of futures, and of threads of which no stack is known, by their start.
    elsewhere: BTreeMap<usize, Place>,
}

#[derive(Debug)]
struct Stack {
    end: usize,
    thread: u32,
    /// From the highest address to the lowest: what a stack grows by comes last.
    places: Vec<Place>,
}

impl Layout {
    pub(super) fn start_thread(&mut self, thread: u32, stack: &Range<usize>) {
        if !stack.is_empty() {
            self.stacks.retain(|&start, known| known.end <= stack.start || stack.end <= start);
            self.stacks.insert(stack.start, Stack { end: stack.end, thread, places: Vec::new() });
        }
    }

    pub(super) fn end_thread(&mut self, thread: u32) {
        self.stacks.retain(|_, stack| stack.thread != thread);
    }

    /// The stack that contains an address.
    fn stack(&self, addr: usize) -> Option<&Stack> {
        let (_, stack) = self.stacks.range(..=addr).next_back()?;
        Some(stack).filter(|stack| addr < stack.end)
    }

    /// The same, to be changed.
    fn stack_mut(&mut self, addr: usize) -> Option<&mut Stack> {
        let (_, stack) = self.stacks.range_mut(..=addr).next_back()?;
        Some(stack).filter(|stack| addr < stack.end)
    }

    /// The thread whose stack contains an address.
    pub(super) fn thread(&self, addr: usize) -> Option<u32> {
        self.stack(addr).map(|stack| stack.thread)
    }

    /// The place that contains an address.
    pub(super) fn around(&self, addr: usize) -> Option<&Place> {
        let place = match self.stack(addr) {
            Some(stack) => stack.places.get(stack.places.partition_point(|place| place.start > addr)),
            None => self.elsewhere.range(..=addr).next_back().map(|(_, place)| place),
        };
        place.filter(|place| place.contains(addr))
    }

    /// Whatever was at the place is gone.
    pub(super) fn occupy(&mut self, place: Place) {
        let Place { start, end, .. } = place;
        if start >= end {
            return;
        }
        if let Some(stack) = self.stack_mut(start) {
            let places = &mut stack.places;
            let first = places.partition_point(|known| known.start >= end);
            let over = places.iter().skip(first).take_while(|known| known.end > start).count();
            places.splice(first..first + over, [place]);
        } else {
            let before = self.elsewhere.range(..start).next_back();
            let before = before.filter(|(_, known)| known.end > start).map(|(&start, _)| start);
            let inside = self.elsewhere.range(start..end).map(|(&start, _)| start);
            for start in inside.chain(before).collect::<Vec<_>>() {
                self.elsewhere.remove(&start);
            }
            self.elsewhere.insert(start, place);
        }
    }

    /// The slot is gone, if it is still the one that starts at `start`.
    pub(super) fn vacate(&mut self, start: usize, (frame, slot): (u64, u32)) {
        let is_it = |place: &Place| place.start == start && place.frame == frame && place.slot == slot;
        if let Some(stack) = self.stack_mut(start) {
            let index = stack.places.partition_point(|place| place.start > start);
            if stack.places.get(index).is_some_and(is_it) {
                stack.places.remove(index);
            }
        } else if self.elsewhere.get(&start).is_some_and(is_it) {
            self.elsewhere.remove(&start);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Layout, Place};

    /// Bytes that each know their slot say the same as the layout, on a stack and elsewhere.
    #[test]
    fn a_byte_belongs_to_the_last_slot_that_came() {
        let mut layout = Layout::default();
        layout.start_thread(1, &(100..200));
        let mut bytes = BTreeMap::<usize, u64>::new();
        let mut known = Vec::<Place>::new();
        // A linear congruential generator; the numbers are those of Knuth's MMIX.
        let mut state = 7_u64;
        let mut random = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(state >> 33).expect("31 bits") % below
        };
        for frame in 1..3_000 {
            if random(3) == 0 && !known.is_empty() {
                let place = known.swap_remove(random(known.len()));
                layout.vacate(place.start, (place.frame, place.slot));
                if bytes.get(&place.start) == Some(&place.frame) {
                    bytes.retain(|_, of| *of != place.frame);
                }
            } else {
                let start = [80, 100, 200][random(3)] + random(20);
                let end = (start + random(12)).min(if start < 100 { 100 } else { start + 12 });
                let place = Place { start, end, frame, slot: 3, thread: 1 };
                layout.occupy(place);
                let gone: Vec<u64> = bytes.range(start..end).map(|(_, of)| *of).collect();
                bytes.retain(|_, of| !gone.contains(of));
                bytes.extend((start..end).map(|at| (at, frame)));
                known.push(place);
            }
            for at in 75..240 {
                assert_eq!(layout.around(at).map(|place| place.frame), bytes.get(&at).copied(), "byte {at}");
            }
        }
    }

    #[test]
    fn a_stack_is_that_of_the_last_thread_that_came() {
        let mut layout = Layout::default();
        layout.start_thread(1, &(100..200));
        layout.occupy(Place { start: 150, end: 158, frame: 1, slot: 0, thread: 1 });
        layout.start_thread(2, &(100..200));
        assert_eq!((layout.thread(150), layout.around(150).is_none()), (Some(2), true));
        layout.end_thread(1);
        assert_eq!(layout.thread(150), Some(2), "the first one had gone unseen");
        layout.end_thread(2);
        assert_eq!(layout.thread(150), None);
    }
}
