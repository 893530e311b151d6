//! The global allocator that writes down what passes through it.

use std::alloc::{GlobalAlloc, Layout, System};

#[cfg(feature = "trace")]
use crate::capture::heap;

/// Nothing is recorded.
#[cfg(not(feature = "trace"))]
mod heap {
    use std::alloc::Layout;

    pub(super) const fn allocated(_: usize, _: Layout) {}

    pub(super) const fn freeing(_: usize, _: Layout) {}

    pub(super) const fn reallocating(_: usize, _: Layout) -> bool {
        false
    }

    pub(super) const fn reallocated(_: usize, _: usize) {}
}

/// Forwards every request to the allocator inside, and records it while a traced function runs.
///
/// Allocations are recorded while a traced function is active on their thread; frees and
/// reallocations wherever they happen, for the block may come from a traced function. Until the first
/// traced function runs, and under `TRACE_MEMORY=off`, a request costs one atomic load more.
///
/// `#[trace_memory]` on a binary's `fn main` installs `Alloc::system()`, unless it says
/// `allocator = none`. A program without a traced `fn main`, such as a test, writes:
///
/// ```standalone_crate
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
    ///
    /// ```standalone_crate
    /// #[global_allocator]
    /// static ALLOC: trace_memory::Alloc = trace_memory::Alloc::system();
    /// # fn main() {}
    /// ```
    #[must_use]
    pub const fn system() -> Self {
        Self::new(System)
    }
}

impl<A> Alloc<A> {
    /// Traces `inner`, which may be any allocator.
    ///
    /// ```standalone_crate
    /// use std::alloc::System;
    ///
    /// #[global_allocator]
    /// static ALLOC: trace_memory::Alloc<System> = trace_memory::Alloc::new(System);
    /// # fn main() {}
    /// ```
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
