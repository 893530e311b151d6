//! The global allocator that writes down what passes through it.

use std::alloc::{GlobalAlloc, Layout, System};
use std::ptr;

#[cfg(feature = "trace")]
use crate::capture::heap;

use heap::Change;

/// Nothing is recorded.
#[cfg(not(feature = "trace"))]
mod heap {
    use std::alloc::Layout;

    #[derive(PartialEq, Eq)]
    #[expect(dead_code, reason = "nothing is recorded, and there is no reserve")]
    pub(super) enum Change {
        Recorded,
        Unrecorded,
        OfReserve,
    }

    pub(super) const fn allocated(block: *mut u8, _: Layout) -> *mut u8 {
        block
    }

    pub(super) const fn freeing(_: usize, _: Layout) -> bool {
        true
    }

    pub(super) const fn reallocating(_: usize, _: Layout) -> Change {
        Change::Unrecorded
    }

    pub(super) const fn reallocated(_: usize, _: usize) {}

    pub(super) const fn in_reserve(_: Layout) -> *mut u8 {
        std::ptr::null_mut()
    }
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

impl<A: GlobalAlloc> Alloc<A> {
    /// A new block with what was in `block`, which the inner allocator cannot make larger: it does not know it, or has no
    /// memory left. Null if there is none for it, and then `block` is as it was.
    ///
    /// # Safety
    ///
    /// As for `realloc`; `change` is what was said of the block.
    #[cold]
    #[inline(never)]
    unsafe fn moved(&self, block: *mut u8, layout: Layout, bytes: usize, change: Change) -> *mut u8 {
        let Ok(wanted) = Layout::from_size_align(bytes, layout.align()) else { return ptr::null_mut() };
        let mut new = ptr::null_mut();
        if change == Change::OfReserve {
            // SAFETY: a size that is not 0 is in the contract of `realloc`.
            new = unsafe { self.inner.alloc(wanted) };
        }
        if new.is_null() {
            new = heap::in_reserve(wanted);
        }
        if !new.is_null() {
            // SAFETY: both have as many bytes, and the new one is not in use.
            unsafe { ptr::copy_nonoverlapping(block, new, bytes.min(layout.size())) };
            if change != Change::OfReserve {
                // SAFETY: the caller got `block` from this allocator, and it is not of the reserve.
                unsafe { self.inner.dealloc(block, layout) };
            }
        }
        new
    }
}

// SAFETY: every method returns what the inner allocator's method of the same name returned for the
// same arguments, or, to the tracer itself, blocks of its reserve, which do not overlap; those are not
// given to the inner allocator. The hooks around it neither allocate, nor unwind, nor touch the blocks.
unsafe impl<A: GlobalAlloc> GlobalAlloc for Alloc<A> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract of `alloc`, which is the inner one's.
        let block = unsafe { self.inner.alloc(layout) };
        heap::allocated(block, layout)
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract of `alloc_zeroed`, which is the inner one's.
        let block = unsafe { self.inner.alloc_zeroed(layout) };
        heap::allocated(block, layout)
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if heap::freeing(block.addr(), layout) {
            // SAFETY: the caller got `block` from this allocator, and it is not of the reserve: so from the inner one.
            unsafe { self.inner.dealloc(block, layout) }
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
        let change = heap::reallocating(block.addr(), layout);
        if change == Change::OfReserve {
            // SAFETY: the caller keeps the contract of `realloc`.
            return unsafe { self.moved(block, layout, bytes, change) };
        }
        // SAFETY: the caller got `block` from this allocator, and it is not of the reserve: so from the inner one.
        let moved = unsafe { self.inner.realloc(block, layout, bytes) };
        if change == Change::Recorded {
            heap::reallocated(moved.addr(), bytes);
        } else if moved.is_null() {
            // SAFETY: the inner one has left the block as it was.
            return unsafe { self.moved(block, layout, bytes, change) };
        }
        moved
    }
}
