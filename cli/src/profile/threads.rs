//! The open frames of each thread, and what happens on the heap while they are open.

use foldhash::HashMap;
use trace_memory::event::{Enter, Event};

use super::Heap;
use super::functions::Call;

/// A call that has not ended, or a future while it is polled.
#[derive(Clone, Copy, Debug)]
struct Open {
    frame: u64,
    function: u32,
    /// The address of the outermost frame that led to it.
    base: usize,
    /// What the thread had done before.
    before: Heap,
    /// What the thread had on the heap before, and the most since.
    held: i64,
    most: i64,
    outermost: bool,
    is_future: bool,
}

#[derive(Debug, Default)]
struct Thread {
    heap: Heap,
    /// Bytes that the thread allocated, less those that it freed: of other threads, too.
    held: i64,
    open: Vec<Open>,
    /// How many calls of each function are open.
    active: Vec<u32>,
}

/// A future between its first poll and its end.
#[derive(Clone, Copy, Debug)]
struct Future {
    function: u32,
    /// What it added to the heaps of the threads that polled it, and the most of it.
    held: i64,
    most: i64,
}

#[derive(Debug, Default)]
pub(super) struct Threads {
    by_number: HashMap<u32, Thread>,
    futures: HashMap<u64, Future>,
}

impl Threads {
    /// The function of the frame that an event is in.
    pub(super) fn function(&self, event: &Event) -> Option<u32> {
        let frame = event.frame?;
        let open = &self.by_number.get(&event.thread)?.open;
        // Nearly always the last one: frames end in order.
        open.iter().rev().find(|open| open.frame == frame).map(|open| open.function)
    }

    pub(super) fn allocs(&self, thread: u32) -> u64 {
        self.by_number.get(&thread).map_or(0, |thread| thread.heap.allocs)
    }

    pub(super) fn heap(&mut self, thread: u32, heap: Heap) {
        let thread = self.by_number.entry(thread).or_default();
        thread.heap.add(heap);
        let signed = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
        thread.held = thread.held.saturating_add(signed(heap.bytes)).saturating_sub(signed(heap.freed_bytes));
        if let Some(open) = thread.open.last_mut() {
            open.most = open.most.max(thread.held);
        }
    }

    /// Gives the address of the outermost frame around it.
    pub(super) fn enter(&mut self, event: &Event, enter: &Enter, function: u32) -> usize {
        let frame = event.frame.unwrap_or(0);
        if enter.kind.is_future() {
            self.futures.insert(frame, Future { function, held: 0, most: 0 });
        }
        let thread = self.by_number.entry(event.thread).or_default();
        let around = thread.open.last().filter(|open| enter.parent == Some(open.frame));
        let base = around.map_or(enter.addr, |open| open.base);
        thread.begin((frame, function), base, enter.kind.is_future());
        base
    }

    pub(super) fn resume(&mut self, event: &Event) {
        let frame = event.frame.unwrap_or(0);
        let Some(future) = self.futures.get(&frame) else { return };
        let thread = self.by_number.entry(event.thread).or_default();
        let base = thread.open.last().map_or(0, |open| open.base);
        thread.begin((frame, future.function), base, true);
    }

    /// A future gives its thread back.
    pub(super) fn suspend(&mut self, event: &Event) -> Option<(Call, u32)> {
        self.end(event.thread, event.frame?)
    }

    pub(super) fn exit(&mut self, event: &Event) -> Option<(Call, u32)> {
        let frame = event.frame?;
        let ended = self.end(event.thread, frame);
        self.futures.remove(&frame);
        ended
    }

    /// The calls that are open at the end of the trace.
    pub(super) fn unfinished(&mut self) -> Vec<(Call, u32)> {
        let open: Vec<_> = self
            .by_number
            .iter()
            .flat_map(|(&thread, known)| known.open.iter().rev().map(move |open| (thread, open.frame)))
            .collect();
        open.into_iter().filter_map(|(thread, frame)| self.end(thread, frame)).collect()
    }

    fn end(&mut self, thread: u32, frame: u64) -> Option<(Call, u32)> {
        let thread = self.by_number.get_mut(&thread)?;
        let index = thread.open.iter().rposition(|open| open.frame == frame)?;
        let open = thread.open.remove(index);
        if let Some(active) = thread.active.get_mut(open.function as usize) {
            *active = active.saturating_sub(1);
        }
        if let Some(around) = index.checked_sub(1).and_then(|around| thread.open.get_mut(around)) {
            around.most = around.most.max(open.most);
        }
        let mut most = open.most.saturating_sub(open.held);
        if let Some(future) = self.futures.get_mut(&frame).filter(|_| open.is_future) {
            future.most = future.most.max(future.held.saturating_add(most));
            future.held = future.held.saturating_add(thread.held.saturating_sub(open.held));
            most = future.most;
        }
        let peak_bytes = u64::try_from(most).unwrap_or(0);
        let call = Call { heap: thread.heap.since(open.before), peak_bytes, outermost: open.outermost };
        Some((call, open.function))
    }
}

impl Thread {
    fn begin(&mut self, (frame, function): (u64, u32), base: usize, is_future: bool) {
        let index = function as usize;
        if self.active.len() <= index {
            self.active.resize(index + 1, 0);
        }
        let outermost = self.active[index] == 0;
        self.active[index] += 1;
        let (before, held) = (self.heap, self.held);
        self.open.push(Open { frame, function, base, before, held, most: held, outermost, is_future });
    }
}
