//! `dhat`: totals of each place that allocates, with a backtrace of each allocation.

#[global_allocator]
static ALLOC: dhat::Alloc = dhat::Alloc;

/// See `plain.rs`. No file is written at the end.
pub fn during(program: impl FnOnce()) {
    let _profiler = dhat::Profiler::builder().testing().build();
    program();
}

/// See `plain.rs`.
pub fn in_thread<R>(work: impl FnOnce() -> R) -> R {
    work()
}

/// See `plain.rs`.
pub fn batch(work: impl FnOnce() -> u64) -> u64 {
    work()
}

/// See `plain.rs`.
#[must_use]
pub fn kept() -> Option<u64> {
    None
}
