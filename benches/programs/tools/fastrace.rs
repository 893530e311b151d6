//! `fastrace`, with a root span for each batch, and a reporter that counts.

use std::sync::atomic::{AtomicU64, Ordering};

use fastrace::Span;
use fastrace::collector::{Config, Reporter, SpanContext, SpanRecord};

static KEPT: AtomicU64 = AtomicU64::new(0);

struct Counter;

impl Reporter for Counter {
    fn report(&mut self, spans: Vec<SpanRecord>) {
        KEPT.fetch_add(spans.len() as u64, Ordering::Relaxed);
    }
}

/// See `plain.rs`.
pub fn during(program: impl FnOnce()) {
    fastrace::set_reporter(Counter, Config::default());
    program();
}

/// See `plain.rs`.
pub fn in_thread<R>(work: impl FnOnce() -> R) -> R {
    work()
}

/// See `plain.rs`.
pub fn batch(work: impl FnOnce() -> u64) -> u64 {
    let root = Span::root("batch", SpanContext::random());
    let _guard = root.set_local_parent();
    work()
}

/// The spans that were reported.
#[must_use]
pub fn kept() -> Option<u64> {
    fastrace::flush();
    Some(KEPT.load(Ordering::Relaxed))
}
