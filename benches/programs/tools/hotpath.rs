//! `hotpath`, which counts what each function allocates: totals of each function.

#[global_allocator]
static ALLOC: hotpath::CountingAllocator = hotpath::CountingAllocator::new();

/// See `plain.rs`. No report is written at the end.
pub fn during(program: impl FnOnce()) {
    let _guard = hotpath::HotpathGuardBuilder::new("main").format(hotpath::Format::None).build();
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
