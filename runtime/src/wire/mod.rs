//! What leaves the process: the public, versioned form of a trace.

pub mod json;
mod object;
pub mod tree;

/// The first line of a trace.
///
/// ```
/// use trace_memory::wire::Header;
///
/// let header = Header {
///     pid: 1,
///     program: "app".into(),
///     started_ms: 0,
///     allocator: true,
///     debug_assertions: false,
///     coarse_clock: false,
/// };
/// assert!(header.allocator, "heap events are in the trace");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Process id.
    pub pid: u32,
    /// The file name of the program.
    pub program: String,
    /// When the trace began, in milliseconds since 1970.
    pub started_ms: u64,
    /// Whether the tracing allocator is installed: without it there are no heap events.
    pub allocator: bool,
    /// Whether the program was built with debug assertions.
    pub debug_assertions: bool,
    /// Whether the times are of the thread's last look at the clock, up to a KiB of events ago.
    pub coarse_clock: bool,
}

/// The last line of a trace: what it holds, and what it lacks.
///
/// ```
/// use trace_memory::wire::End;
///
/// let end = End { events: 12, allocs: 2, frees: 2, ..End::default() };
/// assert_eq!(end.lost, 0, "a complete trace");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct End {
    /// Events written.
    pub events: u64,
    /// Events that found no room in a buffer.
    pub lost: u64,
    /// Heap events inside the tracer's own code.
    pub skipped: u64,
    /// Frames that did not end in the reverse order of their starts.
    pub non_lifo: u64,
    /// Allocations.
    pub allocs: u64,
    /// Reallocations.
    pub reallocs: u64,
    /// Frees.
    pub frees: u64,
}
