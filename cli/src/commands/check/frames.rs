//! Whether frames lie within each other, and locals within frames.

use foldhash::{HashMap, HashSet};
use trace_memory::event::{DropOf, Event, Kind};
use trace_memory::record::Reason;

/// Frames that have not ended.
#[derive(Debug, Default)]
pub(super) struct Frames {
    open: HashMap<u64, Frame>,
    /// Those that run on each thread, innermost last.
    running: HashMap<u32, Vec<u64>>,
}

#[derive(Debug)]
struct Frame {
    is_future: bool,
    suspended: bool,
    slots: HashSet<u32>,
}

impl Frames {
    /// What is wrong with an event. Frames that end out of order are counted in `crossed`.
    pub(super) fn add(&mut self, event: &Event, crossed: &mut u64) -> Option<String> {
        let frame = event.frame.unwrap_or(0);
        let running = self.running.entry(event.thread).or_default();
        match &event.kind {
            Kind::Enter(enter) => {
                if let Some(parent) = enter.parent.filter(|parent| !self.open.contains_key(parent)) {
                    return Some(format!("frame {frame} begins in frame {parent}, which is not open"));
                }
                running.push(frame);
                let is_future = enter.kind.is_future();
                let new = Frame { is_future, suspended: false, slots: HashSet::default() };
                let old = self.open.insert(frame, new);
                return old.map(|_| format!("frame {frame} begins, and is open already"));
            }
            Kind::Resume(_) => {
                running.push(frame);
                let known = self.open.get_mut(&frame);
                let goes_on = known.is_some_and(|known| std::mem::take(&mut known.suspended));
                return (!goes_on).then(|| format!("frame {frame} goes on, and was not suspended"));
            }
            Kind::Suspend(_) => {
                leave(running, frame, crossed);
                let known = self.open.get_mut(&frame).filter(|known| known.is_future);
                let Some(known) = known else {
                    return Some(format!("frame {frame} is suspended, and is of no open future"));
                };
                known.suspended = true;
            }
            Kind::Exit(_) => {
                leave(running, frame, crossed);
                let known = self.open.remove(&frame);
                return known.is_none().then(|| format!("frame {frame} ends, and is not open"));
            }
            kind => return self.inside(frame, kind),
        }
        None
    }

    /// What happens to the locals of a frame.
    fn inside(&mut self, number: u64, kind: &Kind) -> Option<String> {
        let is_heap = matches!(kind, Kind::Alloc(_) | Kind::Realloc(_) | Kind::Free(_));
        let Some(frame) = self.open.get_mut(&number) else {
            let outside = number == 0 && is_heap;
            return (!outside).then(|| format!("something happens in frame {number}, which is not open"));
        };
        let (local, what) = match kind {
            Kind::Bind(row) => {
                // What needs no dropping is told once.
                if row.needs_drop {
                    frame.slots.insert(row.local.slot);
                }
                return None;
            }
            Kind::Move(row) => (&row.local, "is moved"),
            Kind::Drop(row) if row.of == DropOf::Local => (&row.local, "is dropped"),
            _ => return None,
        };
        let is_last = match kind {
            Kind::Move(row) => !row.partial && row.certain,
            Kind::Drop(row) => row.reason != Reason::Reassigned,
            _ => false,
        };
        let slots = &mut frame.slots;
        let known = if is_last { slots.remove(&local.slot) } else { slots.contains(&local.slot) };
        (!known).then(|| format!("local `{}` of frame {number} {what}, and holds nothing", local.name))
    }
}

fn leave(running: &mut Vec<u64>, frame: u64, crossed: &mut u64) {
    match running.iter().rposition(|&known| known == frame) {
        Some(index) => {
            *crossed += u64::from(index + 1 != running.len());
            running.remove(index);
        }
        None => *crossed += 1,
    }
}
