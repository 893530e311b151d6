//! What the protocols between threads ([`epoch`](super::epoch), [`gate`](super::gate), [`rows`](super::rows), [`table`](super::table))
//! are made of. `tests/models` puts loom's in its place, and runs them in every interleaving.

pub(super) use std::hint::spin_loop;
pub(super) use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering, fence};
