//! Counts over a trace, and what is missing from it.

use std::sync::Arc;

use crate::event::{Enter, Kind};

/// Counts over a whole trace.
///
/// ```
/// use trace_memory::report::Totals;
///
/// let totals = Totals { allocs: 3, frees: 2, ..Totals::default() };
/// assert_eq!(totals.allocs - totals.frees, 1);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Events.
    pub events: u64,
    /// Allocations.
    pub allocs: u64,
    /// Reallocations.
    pub reallocs: u64,
    /// Frees.
    pub frees: u64,
    /// Bytes asked for, including those by which blocks grew.
    pub allocated_bytes: u64,
    /// The most bytes that were alive at once.
    pub peak_bytes: u64,
    /// Bytes that are alive now.
    pub live_bytes: u64,
    /// Blocks that are alive now.
    pub live_blocks: u64,
    /// The most bytes between the outermost frame of a thread and a frame it led to.
    pub deepest_bytes: usize,
    /// The most bytes between a frame and the frame that called it, and the called function.
    pub largest_frame: Option<(usize, Arc<str>)>,
    /// Moves and drops of which the trace is not certain.
    pub doubts: u64,
}

/// What is missing from a trace, and why.
///
/// ```
/// use trace_memory::report::Losses;
///
/// assert_eq!(Losses::default().lost, 0, "a complete trace");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Losses {
    /// The allocator is not installed: nothing is known of the heap.
    pub heap_unseen: bool,
    /// Events that found no room in a buffer.
    pub lost: u64,
    /// Heap events inside the tracer's own code.
    pub skipped: u64,
    /// Frames that did not end in the reverse order of their starts.
    pub non_lifo: u64,
}

impl Totals {
    /// Takes the next event of the trace; frames are for [`add_frame`](Self::add_frame). Counts that would
    /// be too large stay at the largest number.
    ///
    /// ```
    /// use trace_memory::event::{Heap, Kind};
    /// use trace_memory::report::Totals;
    ///
    /// let mut totals = Totals::default();
    /// totals.add(&Kind::Alloc(Heap { block: 1, bytes: 5, align: 1, addr: 0x1000, at: None }));
    /// assert_eq!((totals.allocs, totals.live_bytes), (1, 5));
    /// ```
    pub fn add(&mut self, kind: &Kind) {
        self.events += 1;
        match kind {
            Kind::Alloc(heap) => {
                self.allocs += 1;
                self.live_blocks += 1;
                self.resize(0, heap.bytes);
            }
            Kind::Realloc(realloc) => {
                self.reallocs += 1;
                self.resize(realloc.old_bytes, realloc.heap.bytes);
            }
            Kind::Free(free) => {
                self.frees += 1;
                self.live_blocks = self.live_blocks.saturating_sub(1);
                self.resize(free.heap.bytes, 0);
            }
            Kind::Move(row) => self.doubts += u64::from(!row.certain),
            Kind::Drop(row) => self.doubts += u64::from(row.doubt.is_some()),
            Kind::Enter(_)
            | Kind::Exit(_)
            | Kind::Bind(_)
            | Kind::Scan(_)
            | Kind::Suspend(_)
            | Kind::Resume(_)
            | Kind::Violation(_) => {}
        }
    }

    fn resize(&mut self, old: usize, new: usize) {
        self.allocated_bytes = self.allocated_bytes.saturating_add(new.saturating_sub(old) as u64);
        self.live_bytes = self.live_bytes.saturating_add(new as u64).saturating_sub(old as u64);
        self.peak_bytes = self.peak_bytes.max(self.live_bytes);
    }

    /// Takes a frame's place on its stack; `base` is the address of the outermost frame that led to it.
    ///
    /// ```
    /// use trace_memory::event::Enter;
    /// use trace_memory::report::Totals;
    /// # use trace_memory::site::BodyKind;
    /// # let (function, file) = ("app::parse".into(), "src/main.rs".into());
    ///
    /// let enter = Enter {
    ///     addr: 0x0f00,
    ///     stack_bytes: Some(0x60),
    ///     # function, file, line: 9, parent: Some(1), dropping: None, thread_name: None,
    ///     # kind: BodyKind::Function,
    ///     // …
    /// };
    /// let mut totals = Totals::default();
    /// totals.add_frame(&enter, 0x1000);
    /// assert_eq!(totals.deepest_bytes, 0x100);
    /// ```
    pub fn add_frame(&mut self, enter: &Enter, base: usize) {
        self.deepest_bytes = self.deepest_bytes.max(base.saturating_sub(enter.addr));
        let Some(bytes) = enter.stack_bytes else {
            return;
        };
        if self.largest_frame.as_ref().is_none_or(|&(most, _)| most < bytes) {
            self.largest_frame = Some((bytes, enter.function.clone()));
        }
    }
}
