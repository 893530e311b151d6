//! The global allocator that writes down what passes through it.

use std::alloc::{GlobalAlloc, Layout, System};

use crate::capture::heap;

/// Forwards every request to the allocator inside, and records it while a traced function runs.
///
/// ```
/// #[global_allocator]
/// static ALLOC: trace_memory::Alloc = trace_memory::Alloc::system();
/// # fn main() {}
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Alloc<A = System> {
    inner: A,
}

impl Alloc {
    /// Traces the system's allocator.
    #[must_use]
    pub const fn system() -> Self {
        Self::new(System)
    }
}

impl<A> Alloc<A> {
    /// Traces `inner`.
    #[must_use]
    pub const fn new(inner: A) -> Self {
        Self { inner }
    }
}

// SAFETY: every method returns what the inner allocator's method of the same name returned for the
// same arguments; the hooks around it neither allocate, nor unwind, nor touch the blocks.
unsafe impl<A: GlobalAlloc> GlobalAlloc for Alloc<A> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract of `alloc`, which is the inner one's.
        let block = unsafe { self.inner.alloc(layout) };
        heap::allocated(block.addr(), layout);
        block
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract of `alloc_zeroed`, which is the inner one's.
        let block = unsafe { self.inner.alloc_zeroed(layout) };
        heap::allocated(block.addr(), layout);
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        heap::freeing(block.addr(), layout);
        // SAFETY: the caller got `block` from this allocator, so from the inner one.
        unsafe { self.inner.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
        let announced = heap::reallocating(block.addr(), layout);
        // SAFETY: the caller got `block` from this allocator, so from the inner one.
        let moved = unsafe { self.inner.realloc(block, layout, bytes) };
        if announced {
            heap::reallocated(moved.addr(), bytes);
        }
        moved
    }
}
