//! `stats_alloc`: totals of the process.

use std::alloc::System;

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOC: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

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
