//! What breaks a `stack_only` function while it runs: noted by the allocator's hooks, read when the outermost such
//! frame of the thread has ended.
//!
//! Everything is in thread-locals of a fixed size: a hook copies what is known, and returns.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::record::Broken;
use crate::site::{Function, StackOnly};

use super::thread::{Dropped, State, Top};
use super::word::{Head, Kind};

/// Frames of a violation that are kept, from the outermost `stack_only` one on.
pub(crate) const FRAMES: usize = 12;
/// Violations of one outermost frame that are kept; the others are counted.
pub(crate) const KEPT: usize = 8;

/// How often a `stack_only` rule was broken in this process.
static COUNT: AtomicU64 = AtomicU64::new(0);

/// A frame, and the statement at which it stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Link {
    pub(crate) function: &'static Function,
    pub(crate) path: fn() -> &'static str,
    pub(crate) statement: u32,
}

/// One violation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Violation {
    pub(crate) what: Broken,
    pub(crate) bytes: usize,
    /// The size that a reallocation asked for.
    pub(crate) new_bytes: usize,
    /// What is dropped at the time, of the innermost frame.
    pub(crate) dropped: Option<Dropped>,
    /// Outermost first.
    pub(crate) links: [Option<Link>; FRAMES],
    /// Which of them is the `stack_only` function.
    pub(crate) rule_at: usize,
}

/// Of one thread.
struct Watch {
    links: [Cell<Option<Link>>; FRAMES],
    found: [Cell<Option<Violation>>; KEPT],
    count: Cell<u64>,
    permits: Cell<u32>,
}

thread_local! {
    static WATCH: Watch = const {
        Watch {
            links: [const { Cell::new(None) }; FRAMES],
            found: [const { Cell::new(None) }; KEPT],
            count: Cell::new(0),
            permits: Cell::new(0),
        }
    };
}

/// A body, and what gives its path.
pub(super) type Body = (&'static Function, fn() -> &'static str);

/// What the frame of a body knows of the rules around it, and of its own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Watched {
    /// The body, and what names it.
    pub(super) body: Option<Body>,
    /// The rule of the innermost `stack_only` function.
    pub(super) rule: Option<&'static StackOnly>,
    /// The number of its frame.
    frame: u64,
    /// Frames since the outermost one, itself included.
    depth: usize,
    /// The place of the rule's function among them.
    rule_at: usize,
}

impl Watched {
    pub(super) const NONE: Self = Self { body: None, rule: None, frame: 0, depth: 0, rule_at: 0 };

    /// Of a body that starts, or goes on, on top of `before`.
    pub(super) fn enter(before: &Top, (frame, link): (u64, Link), own: Option<&'static StackOnly>) -> Self {
        let around = before.watched;
        let body = Some((link.function, link.path));
        let Some(rule) = own.or(around.rule) else { return Self { body, ..Self::NONE } };
        WATCH.with(|watch| {
            if let Some(place) = around.depth.checked_sub(1).and_then(|at| watch.links.get(at)) {
                let stands = place.get().map(|link| Link { statement: before.statement, ..link });
                place.set(stands);
            }
            if let Some(place) = watch.links.get(around.depth) {
                place.set(Some(link));
            }
        });
        let depth = around.depth + 1;
        if own.is_some() {
            Self { body, rule: Some(rule), frame, depth, rule_at: depth - 1 }
        } else {
            Self { body, rule: Some(rule), depth, ..around }
        }
    }
}

/// The hook's part: a heap event in the frame on top, if that breaks a rule. Neither allocates nor panics.
pub(super) fn note(state: &State, what: Broken, (addr, bytes): (usize, usize)) {
    let top = state.top.get();
    let Some(rule) = top.watched.rule else { return };
    if rule.allow_panic && std::thread::panicking() {
        return;
    }
    WATCH.with(|watch| {
        if watch.permits.get() > 0 {
            return;
        }
        COUNT.fetch_add(1, Ordering::Relaxed);
        let count = watch.count.replace(watch.count.get() + 1);
        if let Some(place) = usize::try_from(count).ok().and_then(|at| watch.found.get(at)) {
            let mut links = [None; FRAMES];
            for (link, known) in links.iter_mut().zip(&watch.links).take(top.watched.depth) {
                *link = known.get();
            }
            if let Some(Some(last)) = top.watched.depth.checked_sub(1).and_then(|at| links.get_mut(at)) {
                last.statement = top.statement;
            }
            let rule_at = top.watched.rule_at;
            place.set(Some(Violation {
                what,
                bytes,
                new_bytes: bytes,
                dropped: top.dropping,
                links,
                rule_at,
            }));
        }
        state.record(Head::new(Kind::Violation).extra(what as u8).detail(top.statement), |to| {
            to.push(top.frame);
            to.push(top.watched.frame);
            to.push(addr as u64);
            to.push(bytes as u64);
        });
    });
}

/// The size that the reallocation noted last asked for.
pub(super) fn resized(bytes: usize) {
    WATCH.with(|watch| {
        let last = watch.count.get().checked_sub(1).and_then(|last| usize::try_from(last).ok());
        let Some(place) = last.and_then(|at| watch.found.get(at)) else { return };
        if let Some(violation) = place.get().filter(|violation| violation.what == Broken::Realloc) {
            place.set(Some(Violation { new_bytes: bytes, ..violation }));
        }
    });
}

/// Takes what was noted on this thread, and how many there were.
pub(crate) fn take() -> (Vec<Violation>, u64) {
    WATCH.with(|watch| (watch.found.iter().filter_map(Cell::take).collect(), watch.count.replace(0)))
}

/// Whether anything was noted on this thread.
pub(super) fn any() -> bool {
    WATCH.with(|watch| watch.count.get() > 0)
}

/// How many there were in this process.
pub(crate) fn count() -> u64 {
    COUNT.load(Ordering::Relaxed)
}

/// Nothing is a violation until this is dropped.
#[derive(Debug)]
pub(crate) struct Permit {
    before: u32,
}

impl Permit {
    pub(crate) fn open() -> Self {
        WATCH.with(|watch| Self { before: watch.permits.replace(watch.permits.get() + 1) })
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        WATCH.with(|watch| watch.permits.set(self.before));
    }
}
