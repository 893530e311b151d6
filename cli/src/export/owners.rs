//! Which local an event makes the owner of which blocks.

use std::collections::HashMap;
use std::sync::Arc;

use trace_memory::event::{Event, Kind, Local, Pointer, Region};

/// What an event says about ownership.
#[derive(Debug)]
pub(super) struct Owned<'a> {
    pub(super) local: &'a Local,
    /// Where it is known.
    pub(super) type_name: Option<Arc<str>>,
    /// Numbers and sizes of the blocks that it owns.
    pub(super) blocks: Vec<(u64, usize)>,
}

/// Slot and type of the last local of each name, in an open frame.
type Types = HashMap<Arc<str>, (u32, Arc<str>)>;

/// Follows the types of locals, which only their first event has.
#[derive(Debug, Default)]
pub(super) struct Owners {
    types: HashMap<u64, Types>,
}

impl Owners {
    /// What the next event of the trace says.
    pub(super) fn follow<'a>(&mut self, event: &'a Event) -> Option<Owned<'a>> {
        let frame = event.frame?;
        let (local, points_to) = match &event.kind {
            // Only what needs dropping can own a block.
            Kind::Bind(bind) if bind.needs_drop => {
                let types = self.types.entry(frame).or_default();
                types.insert(bind.local.name.clone(), (bind.local.slot, bind.type_name.clone()));
                (&bind.local, &bind.points_to)
            }
            Kind::Scan(scan) => (&scan.local, &scan.points_to),
            Kind::Exit(_) => {
                self.types.remove(&frame);
                return None;
            }
            _ => return None,
        };
        let blocks: Vec<_> = points_to.iter().filter_map(owned).collect();
        if blocks.is_empty() {
            return None;
        }
        let known = self.types.get(&frame).and_then(|types| types.get(&local.name));
        let type_name = known.filter(|(slot, _)| *slot == local.slot).map(|(_, name)| name.clone());
        Some(Owned { local, type_name, blocks })
    }
}

fn owned(pointer: &Pointer) -> Option<(u64, usize)> {
    match pointer.region {
        Region::Heap { block, bytes, owns: true } => Some((block, bytes)),
        _ => None,
    }
}
