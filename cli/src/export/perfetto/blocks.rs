//! A track for each of the first heap blocks: who owns it, until it is freed.

use std::collections::HashMap;
use std::io;

use trace_memory::event::{Event, Kind};
use trace_memory::wire::json;

use super::packet::{Packets, Row, Type, Value};
use super::{BLOCKS, PROCESS, track};
use crate::export::owners::{Owned, Owners};
use crate::export::paths::Paths;
use crate::export::timeline::Clock;

/// Frame and slot of the local that owns a block.
type Owner = Option<(u64, u32)>;

/// The blocks with a track. A viewer has no room for a million of them.
#[derive(Debug)]
pub(super) struct Blocks {
    most: u64,
    seen: u64,
    live: HashMap<u64, Owner>,
    owners: Owners,
}

impl Blocks {
    pub(super) fn new(most: u64) -> Self {
        Self { most, seen: 0, live: HashMap::new(), owners: Owners::default() }
    }

    /// How many blocks have no track.
    pub(super) fn left_out(&self) -> u64 {
        self.seen.saturating_sub(self.most)
    }

    pub(super) fn begin(&self, packets: &mut Packets<'_>) -> io::Result<()> {
        packets.track(|descriptor| {
            descriptor.number(track::UUID, BLOCKS);
            descriptor.number(track::PARENT, PROCESS);
            descriptor.text(track::NAME, "blocks");
            descriptor.number(track::CHILD_ORDERING, track::EXPLICIT);
            descriptor.number(track::RANK, BLOCKS);
            descriptor.text(track::DESCRIPTION, &format!("The first {} heap blocks, at most.", self.most));
        })
    }

    pub(super) fn follow(
        &mut self,
        event: &Event,
        paths: &Paths,
        clock: Clock,
        packets: &mut Packets<'_>,
    ) -> io::Result<()> {
        let mut states = States { packets, clock };
        if let Some(owned) = self.owners.follow(event) {
            return self.own(&owned, event.frame, paths, &mut states);
        }
        match &event.kind {
            Kind::Alloc(heap) => {
                self.seen += 1;
                if self.seen > self.most {
                    return Ok(());
                }
                self.live.insert(heap.block, None);
                states.track(heap.block)?;
                states.put(heap.block, "allocated", heap.bytes)
            }
            Kind::Realloc(realloc) if self.live.contains_key(&realloc.heap.block) => {
                states.put(realloc.heap.block, "resized", realloc.heap.bytes)
            }
            Kind::Free(free) if self.live.remove(&free.heap.block).is_some() => {
                states.put(free.heap.block, "freed", free.heap.bytes)
            }
            Kind::Move(row) if !row.partial => {
                let into = format!("moved out of `{}` ({})", row.local.name, json::into(row.into));
                self.disown(event.frame, Some(row.local.slot), &into, &mut states)
            }
            Kind::Exit(_) => self.disown(event.frame, None, "its owner is gone", &mut states),
            _ => Ok(()),
        }
    }

    fn own(
        &mut self,
        owned: &Owned<'_>,
        frame: Option<u64>,
        paths: &Paths,
        states: &mut States<'_, '_>,
    ) -> io::Result<()> {
        let new = frame.map(|frame| (frame, owned.local.slot));
        for &(block, bytes) in &owned.blocks {
            if let Some(owner) = self.live.get_mut(&block).filter(|owner| **owner != new) {
                *owner = new;
                let function = paths.function_of(frame).map_or("?", |function| &function.name);
                states.put(block, &format!("owned by `{}` of {function}", owned.local.name), bytes)?;
            }
        }
        Ok(())
    }

    /// The blocks of a local, or of all locals of a frame, have no owner now.
    fn disown(
        &mut self,
        frame: Option<u64>,
        slot: Option<u32>,
        why: &str,
        states: &mut States<'_, '_>,
    ) -> io::Result<()> {
        let Some(frame) = frame else { return Ok(()) };
        let lost = self.live.iter_mut().filter(|(_, owner)| {
            owner.is_some_and(|(of, number)| of == frame && slot.is_none_or(|slot| slot == number))
        });
        let mut lost: Vec<_> = lost
            .map(|(&block, owner)| {
                *owner = None;
                block
            })
            .collect();
        lost.sort_unstable();
        lost.into_iter().try_for_each(|block| states.state(block, why, Vec::new()))
    }
}

/// Where states are written, and when.
struct States<'a, 'b> {
    packets: &'a mut Packets<'b>,
    clock: Clock,
}

impl States<'_, '_> {
    fn track(&mut self, block: u64) -> io::Result<()> {
        self.packets.track(|descriptor| {
            descriptor.number(track::UUID, uuid(block));
            descriptor.number(track::PARENT, BLOCKS);
            descriptor.text(track::NAME, &format!("heap #{block}"));
            descriptor.number(track::RANK, block);
            descriptor.message(track::STATE, |_| ());
        })
    }

    fn put(&mut self, block: u64, state: &str, bytes: usize) -> io::Result<()> {
        self.state(block, state, vec![("bytes", Value::Number(bytes as u64))])
    }

    fn state(
        &mut self,
        block: u64,
        name: &str,
        annotations: Vec<(&'static str, Value<'_>)>,
    ) -> io::Result<()> {
        let row = Row::named(Type::State, uuid(block), "block", name);
        self.packets.row(self.clock.now_ns, &Row { annotations, ..row })
    }
}

/// Blocks are counted from 1; threads have bit 40, blocks bit 41.
fn uuid(block: u64) -> u64 {
    1 << 41 | block
}
