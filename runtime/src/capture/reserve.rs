//! Memory for the tracer where the program's allocator has none left.
//!
//! A report that asks for memory in vain would end the program, which may have gone on without: it deals with a failure,
//! or asks for less. So a thread that is busy for the tracer gets its memory here, and the trace ends: once a block was
//! given out, nothing is recorded any more, and the next record that is read is the last. Blocks that come back are not
//! used again.

use std::alloc::Layout;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};

use super::{empty, sys, thread};

/// Most of it is never touched, and so takes no memory.
const BYTES: usize = 4 << 20;
const PAGE: usize = 4096;

static MEMORY: AtomicPtr<u8> = AtomicPtr::new(null_mut());
static USED: AtomicUsize = AtomicUsize::new(0);

/// Sets it aside, before the first report. Without it, everything else works.
pub(crate) fn open() {
    if let Some(memory) = sys::map(BYTES) {
        MEMORY.store(memory.as_ptr(), Ordering::Release);
    }
}

/// A block of zeros for a thread that is busy for the tracer; null for the program itself, and when nothing is left.
#[cold]
pub(super) fn block(layout: Layout) -> *mut u8 {
    let memory = MEMORY.load(Ordering::Acquire);
    if memory.is_null() || thread::with(thread::State::is_idle) {
        return null_mut();
    }
    // The reserve begins at a page.
    let start =
        |used: usize| used.checked_next_multiple_of(layout.align()).filter(|_| layout.align() <= PAGE);
    let end = |used: usize| start(used)?.checked_add(layout.size()).filter(|end| *end <= BYTES);
    let Ok(used) = USED.fetch_update(Ordering::Relaxed, Ordering::Relaxed, end) else { return null_mut() };
    let Some(start) = start(used) else { return null_mut() };
    empty();
    memory.wrapping_add(start)
}

/// Whether a block is of the reserve.
#[cold]
pub(super) fn holds(addr: usize) -> bool {
    let start = MEMORY.load(Ordering::Acquire).addr();
    start != 0 && (start..start + BYTES).contains(&addr)
}
