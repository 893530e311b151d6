//! An allocator that writes down what passes through it, and a replay that counts from the log alone.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::RefCell;
use std::collections::HashSet;

use trace_memory::Report;

/// Writes down the events of each thread that has a log.
#[derive(Debug)]
pub(crate) struct Logged;

/// An event: a block begins (no old one), changes, or ends (no new one).
#[derive(Clone, Copy, Debug)]
struct Event {
    old: Option<(usize, usize)>,
    new: Option<(usize, usize)>,
}

const ROOM: usize = 1 << 20;

thread_local! {
    static LOG: RefCell<Vec<Event>> = const { RefCell::new(Vec::new()) };
}

fn note(event: Event) {
    let _ = LOG.try_with(|log| {
        if let Some(mut log) = log.try_borrow_mut().ok().filter(|log| log.capacity() > 0) {
            assert!(log.len() < log.capacity(), "the log is too short");
            log.push(event);
        }
    });
}

// SAFETY: every method is the system allocator's, with a note beside it that does not allocate.
unsafe impl GlobalAlloc for Logged {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract.
        let block = unsafe { System.alloc(layout) };
        note(Event { old: None, new: Some((block.addr(), layout.size())) });
        block
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract.
        let block = unsafe { System.alloc_zeroed(layout) };
        note(Event { old: None, new: Some((block.addr(), layout.size())) });
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        note(Event { old: Some((block.addr(), layout.size())), new: None });
        // SAFETY: the caller keeps the contract.
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
        // SAFETY: the caller keeps the contract.
        let moved = unsafe { System.realloc(block, layout, bytes) };
        note(Event { old: Some((block.addr(), layout.size())), new: Some((moved.addr(), bytes)) });
        moved
    }
}

/// Makes a log for this thread.
pub(crate) fn start_log() {
    let log = Vec::with_capacity(ROOM);
    LOG.with(|place| *place.borrow_mut() = log);
}

/// How long the log is.
pub(crate) fn now() -> usize {
    LOG.with(|log| log.borrow().len())
}

/// What happened between two lengths of the log.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Truth {
    pub(crate) allocs: u64,
    pub(crate) reallocs: u64,
    pub(crate) bytes: u64,
    pub(crate) frees: u64,
    pub(crate) freed_bytes: u64,
    pub(crate) peak: u64,
    pub(crate) leaks: u64,
}

impl Truth {
    pub(crate) fn between(start: usize, end: usize) -> Self {
        let events: Vec<Event> = LOG.with(|log| log.borrow()[start..end].to_vec());
        let (mut truth, mut level, mut born) = (Self::default(), 0_i64, HashSet::new());
        for Event { old, new } in events {
            let (old_bytes, new_bytes) = (old.map_or(0, |old| old.1), new.map_or(0, |new| new.1));
            match (old, new) {
                (None, _) => truth.allocs += 1,
                (_, None) => {
                    (truth.frees, truth.freed_bytes) =
                        (truth.frees + 1, truth.freed_bytes + old_bytes as u64);
                }
                _ => (truth.allocs, truth.reallocs) = (truth.allocs + 1, truth.reallocs + 1),
            }
            if new.is_some() {
                truth.bytes += new_bytes.saturating_sub(old_bytes) as u64;
            }
            level += i64::try_from(new_bytes).unwrap() - i64::try_from(old_bytes).unwrap();
            truth.peak = truth.peak.max(u64::try_from(level).unwrap_or(0));
            let is_ours = old.is_none_or(|(addr, _)| born.remove(&addr));
            if let Some((addr, _)) = new.filter(|_| is_ours) {
                born.insert(addr);
            }
        }
        truth.leaks = born.len() as u64;
        truth
    }

    pub(crate) fn of<R>(report: &Report<R>) -> Self {
        Self {
            allocs: report.allocs(),
            reallocs: report.reallocs(),
            bytes: report.bytes(),
            frees: report.frees(),
            freed_bytes: report.freed_bytes(),
            peak: report.peak(),
            leaks: report.leaks(),
        }
    }
}
