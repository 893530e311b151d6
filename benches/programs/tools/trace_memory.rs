//! `#[trace_memory]`: the sink is chosen by the environment.

#[global_allocator]
static ALLOC: trace_memory::Alloc = trace_memory::Alloc::system();

/// See `plain.rs`.
pub fn during(program: impl FnOnce()) {
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
