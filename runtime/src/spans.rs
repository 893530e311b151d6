//! The bridge to `tracing`: a span for each frame, with what the frame did on the heap in its fields.
//!
//! Whatever a subscriber does runs with the thread marked as busy: it is no part of the program, neither in the trace
//! nor in the fields.

mod callsite;

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use tracing::level_filters::LevelFilter;
use tracing::span::EnteredSpan;
use tracing::{Level, Span};

use crate::capture::scope::{self, Totals};
use crate::capture::spans::{LISTENER, Listener};
use crate::capture::thread::cold;
use crate::site::Function;

/// What frames are told as.
const LEVEL: Level = Level::INFO;

/// A frame that runs on this thread.
struct Running {
    frame: u64,
    span: EnteredSpan,
    /// What it did in earlier polls.
    before: Totals,
    /// What the thread had done when it began, or went on.
    start: Totals,
}

/// A frame whose future waits to be polled.
struct Waiting {
    span: Span,
    so_far: Totals,
}

thread_local! {
    static RUNNING: RefCell<Vec<Running>> = const { RefCell::new(Vec::new()) };
}

static WAITING: Mutex<Option<HashMap<u64, Waiting>>> = Mutex::new(None);

/// Listens to frames from now on.
pub(crate) fn listen() {
    let _ = LISTENER.set(Listener { entered, suspended, resumed, exited });
}

/// Whether anybody wants spans. Without a subscriber, that is one load.
pub(crate) fn is_wanted() -> bool {
    LevelFilter::current() >= LEVEL
}

fn entered(frame: u64, function: &'static Function, path: fn() -> &'static str) {
    if is_wanted() {
        cold(|| {
            if let Some(span) = callsite::span(function, path) {
                scope::count_totals();
                run(frame, span, Totals::default());
            }
        });
    }
}

/// A frame goes on top of this thread.
fn run(frame: u64, span: Span, before: Totals) {
    let running = Running { frame, span: span.entered(), before, start: scope::totals() };
    // A thread that is ending has no place for it: the span ends at once.
    if RUNNING.try_with(|all| all.borrow_mut().push(running)).is_err() {
        scope::end_totals();
    }
}

/// Takes a frame off this thread, with those that have not ended in their turn.
fn stop(frame: u64) -> Option<(Span, Totals)> {
    let stopped = RUNNING.try_with(|all| {
        let mut all = all.borrow_mut();
        let at = all.iter().rposition(|running| running.frame == frame)?;
        Some(all.split_off(at))
    });
    let mut stopped = stopped.ok().flatten()?;
    // The innermost one was entered last.
    while stopped.len() > 1 {
        drop(stopped.pop());
        scope::end_totals();
    }
    let Running { span, before, start, .. } = stopped.pop()?;
    Some((span.exit(), before.plus(scope::totals().minus(start))))
}

fn suspended(frame: u64) {
    if !scope::is_open() {
        return;
    }
    cold(|| {
        if let Some((span, so_far)) = stop(frame) {
            let mut waiting = WAITING.lock().unwrap_or_else(PoisonError::into_inner);
            waiting.get_or_insert_default().insert(frame, Waiting { span, so_far });
        }
    });
}

fn resumed(frame: u64) {
    if !scope::is_open() {
        return;
    }
    cold(|| {
        let mut waiting = WAITING.lock().unwrap_or_else(PoisonError::into_inner);
        let found = waiting.as_mut().and_then(|waiting| waiting.remove(&frame));
        drop(waiting);
        if let Some(Waiting { span, so_far }) = found {
            run(frame, span, so_far);
        }
    });
}

fn exited(frame: u64) {
    if !scope::is_open() {
        return;
    }
    cold(|| {
        if let Some((span, totals)) = stop(frame) {
            let Totals { allocs, reallocs, bytes, frees, freed_bytes } = totals;
            span.record("allocs", allocs).record("reallocs", reallocs).record("bytes", bytes);
            span.record("frees", frees).record("freed_bytes", freed_bytes);
            scope::end_totals();
        }
    });
}
