//! No tool.

/// Runs the whole program.
pub fn during(program: impl FnOnce()) {
    program();
}

/// Runs what one thread does.
pub fn in_thread<R>(work: impl FnOnce() -> R) -> R {
    work()
}

/// Runs as many operations as are kept together.
pub fn batch(work: impl FnOnce() -> u64) -> u64 {
    work()
}

/// How many events were kept, if that is known.
#[must_use]
pub fn kept() -> Option<u64> {
    None
}
