//! What timelines have in common: a clock, the frames that stand on each thread, the live heap.

use std::collections::HashMap;
use std::sync::Arc;

use trace_memory::event::{Event, How, Kind};

use super::paths::{Function, Paths};

/// The time of the last event. Viewers sort by time, so it must not go back where two threads write at once.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Clock {
    pub(super) now_ns: u64,
}

impl Clock {
    pub(super) fn advance(&mut self, at_ns: u64) {
        self.now_ns = self.now_ns.max(at_ns);
    }
}

/// The blocks that are alive.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Live {
    pub(super) blocks: u64,
    pub(super) bytes: u64,
}

impl Live {
    /// Whether the event changed it.
    pub(super) fn follow(&mut self, event: &Event) -> bool {
        let (blocks, old, new) = match &event.kind {
            Kind::Alloc(heap) => (self.blocks + 1, 0, heap.bytes),
            Kind::Realloc(realloc) => (self.blocks, realloc.old_bytes, realloc.heap.bytes),
            Kind::Free(free) => (self.blocks.saturating_sub(1), free.heap.bytes, 0),
            _ => return false,
        };
        self.blocks = blocks;
        self.bytes = (self.bytes + new as u64).saturating_sub(old as u64);
        true
    }
}

/// What happens to the stack of a thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A frame comes on top.
    Begin { frame: u64, function: Function },
    /// The frame on top goes.
    End { frame: u64, how: &'static str },
}

/// A frame on a thread.
#[derive(Debug)]
struct Standing {
    frame: u64,
    /// Where the thread's stack was at its start, if that is known.
    addr: Option<usize>,
}

/// The frames that stand on each thread. Those of futures come and go.
#[derive(Debug)]
pub(super) struct Threads {
    pub(super) paths: Paths,
    standing: HashMap<u32, Vec<Standing>>,
}

impl Threads {
    pub(super) fn new() -> Self {
        Self { paths: Paths::new(), standing: HashMap::new() }
    }

    /// Follows the frames. On each thread, what begins last ends first, whatever the trace says.
    pub(super) fn follow(&mut self, event: &Event) -> Vec<Step> {
        let steps = self.steps(event);
        if !matches!(event.kind, Kind::Enter(_) | Kind::Resume(_)) {
            self.paths.follow(event);
        }
        steps
    }

    fn steps(&mut self, event: &Event) -> Vec<Step> {
        let Some(frame) = event.frame else { return Vec::new() };
        let how = match &event.kind {
            Kind::Enter(enter) => return self.begin(event, frame, Some(enter.addr)),
            Kind::Resume(_) => return self.begin(event, frame, None),
            Kind::Suspend(_) => "pending",
            Kind::Exit(How::Return) => "return",
            Kind::Exit(How::Unwind) => "unwind",
            Kind::Exit(How::Cancelled) => "cancelled",
            _ => return Vec::new(),
        };
        let Some(standing) = self.standing.get_mut(&event.thread) else { return Vec::new() };
        let Some(from) = standing.iter().rposition(|other| other.frame == frame) else { return Vec::new() };
        let gone = standing.drain(from..).rev();
        let end = |Standing { frame: other, .. }| {
            let how = if other == frame { how } else { "ends out of order" };
            Step::End { frame: other, how }
        };
        gone.map(end).collect()
    }

    fn begin(&mut self, event: &Event, frame: u64, addr: Option<usize>) -> Vec<Step> {
        self.paths.follow(event);
        let Some(function) = self.paths.function_of(Some(frame)).cloned() else { return Vec::new() };
        self.standing.entry(event.thread).or_default().push(Standing { frame, addr });
        vec![Step::Begin { frame, function }]
    }

    /// Bytes of stack between the outermost frame of a thread and its innermost one.
    pub(super) fn depth_bytes(&self, thread: u32) -> Option<u64> {
        let standing = self.standing.get(&thread).map(Vec::as_slice).unwrap_or_default();
        let Some((first, last)) = standing.first().zip(standing.last()) else { return Some(0) };
        Some(first.addr?.checked_sub(last.addr?)? as u64)
    }
}

/// The names of threads. One that says none has its number.
#[derive(Debug, Default)]
pub(super) struct Names {
    known: HashMap<u32, Option<Arc<str>>>,
}

impl Names {
    /// The name of the event's thread, where it is news.
    pub(super) fn news(&mut self, event: &Event) -> Option<String> {
        let said = match &event.kind {
            Kind::Enter(enter) => enter.thread_name.clone(),
            _ => None,
        };
        let first = !self.known.contains_key(&event.thread);
        let known = self.known.entry(event.thread).or_default();
        let renamed = said.is_some() && *known != said;
        if renamed {
            known.clone_from(&said);
        }
        let name = || known.as_deref().map_or_else(|| format!("thread {}", event.thread), str::to_owned);
        (first || renamed).then(name)
    }
}

#[cfg(test)]
mod tests {
    use trace_memory::event::Enter;
    use trace_memory::site::BodyKind;

    use super::*;

    fn event(frame: u64, kind: Kind) -> Event {
        Event { seq: 1, at_ns: 0, thread: 1, frame: Some(frame), kind }
    }

    fn enter(frame: u64, addr: usize) -> Event {
        let enter = Enter {
            function: "f".into(),
            file: "f.rs".into(),
            line: 1,
            parent: None,
            addr,
            stack_bytes: None,
            dropping: None,
            thread_name: None,
            kind: BodyKind::Function,
        };
        event(frame, Kind::Enter(enter))
    }

    #[test]
    fn what_ends_out_of_order_ends_once() {
        let mut threads = Threads::new();
        threads.follow(&enter(1, 900));
        threads.follow(&enter(2, 800));
        assert_eq!(threads.depth_bytes(1), Some(100));
        let steps = threads.follow(&event(1, Kind::Exit(How::Return)));
        let end = |frame, how| Step::End { frame, how };
        assert_eq!(steps, [end(2, "ends out of order"), end(1, "return")]);
        assert_eq!(threads.follow(&event(2, Kind::Exit(How::Return))), []);
        assert_eq!(threads.depth_bytes(1), Some(0));
    }
}
