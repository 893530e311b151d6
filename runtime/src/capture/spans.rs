//! Tells of frames as they start, wait and end: to the bridge to `tracing`, where there is one.

use crate::site::Function;

/// Who is told. The thread is idle then, and the frame is on top, or has just ended.
#[cfg(feature = "tracing")]
#[derive(Debug)]
pub(crate) struct Listener {
    pub(crate) entered: fn(u64, &'static Function, fn() -> &'static str),
    pub(crate) suspended: fn(u64),
    pub(crate) resumed: fn(u64),
    pub(crate) exited: fn(u64),
}

/// Set once, before the first frame.
#[cfg(feature = "tracing")]
pub(crate) static LISTENER: std::sync::OnceLock<Listener> = std::sync::OnceLock::new();

#[cfg(feature = "tracing")]
fn tell(what: impl FnOnce(&Listener)) {
    if let Some(listener) = LISTENER.get() {
        what(listener);
    }
}

/// Whether anybody is told.
#[cfg(feature = "tracing")]
pub(super) fn is_listened_to() -> bool {
    LISTENER.get().is_some()
}

#[cfg(not(feature = "tracing"))]
pub(super) const fn is_listened_to() -> bool {
    false
}

#[cfg(feature = "tracing")]
pub(super) fn entered(frame: u64, function: &'static Function, path: fn() -> &'static str) {
    tell(|listener| (listener.entered)(frame, function, path));
}

#[cfg(feature = "tracing")]
pub(super) fn suspended(frame: u64) {
    tell(|listener| (listener.suspended)(frame));
}

#[cfg(feature = "tracing")]
pub(super) fn resumed(frame: u64) {
    tell(|listener| (listener.resumed)(frame));
}

#[cfg(feature = "tracing")]
pub(super) fn exited(frame: u64) {
    tell(|listener| (listener.exited)(frame));
}

#[cfg(not(feature = "tracing"))]
pub(super) const fn entered(_: u64, _: &'static Function, _: fn() -> &'static str) {}

#[cfg(not(feature = "tracing"))]
pub(super) const fn suspended(_: u64) {}

#[cfg(not(feature = "tracing"))]
pub(super) const fn resumed(_: u64) {}

#[cfg(not(feature = "tracing"))]
pub(super) const fn exited(_: u64) {}
