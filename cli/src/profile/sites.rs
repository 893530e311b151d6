//! Sums by the statement that allocates.

use std::sync::Arc;

use foldhash::HashMap;
use trace_memory::event::{Bind, Event, Kind, Realloc, Region};
use trace_memory::site::Position;

use super::blocks::{Block, Blocks};
use super::names::address;

/// What the blocks come to that one statement allocates.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    /// Its function, as an index of the sums' list; `None` outside of all.
    pub(crate) function: Option<u32>,
    pub(crate) at: Option<Position>,
    pub(crate) allocs: u64,
    /// Bytes that were asked for, including those by which the blocks grew.
    pub(crate) bytes: u64,
    /// Blocks that ended before their thread allocated another one.
    pub(crate) temporary: u64,
    pub(crate) live_blocks: u64,
    pub(crate) live_bytes: u64,
    pub(crate) peak_bytes: u64,
    /// The first local that owned one of the blocks, and its type.
    pub(crate) owner: Option<(Arc<str>, Arc<str>)>,
    pub(crate) growth: Growth,
}

/// How the blocks of a site grew.
#[derive(Clone, Debug, Default)]
pub(crate) struct Growth {
    pub(crate) blocks: u64,
    /// Reallocations to a larger size.
    pub(crate) reallocs: u64,
    /// Of the block that grew most often: how often, and its sizes.
    pub(crate) most_reallocs: u64,
    pub(crate) first_bytes: usize,
    pub(crate) last_bytes: usize,
    /// The type of the local that had it when it grew last, if one had; and the bytes of an element of that,
    /// if they are known.
    pub(crate) type_name: Option<Arc<str>>,
    pub(crate) element_bytes: Option<usize>,
    grower: Option<u32>,
}

#[derive(Debug, Default)]
pub(super) struct Sites {
    by_place: HashMap<(Option<u32>, u32, u32), u32>,
    list: Vec<Site>,
    /// Frames that are open have locals that may come to own a block: slot, name and type.
    locals: HashMap<u64, Vec<Known>>,
    owners: Owners,
    types: Types,
}

/// Locals that own blocks, by number: what is kept is the type.
#[derive(Debug, Default)]
struct Owners {
    /// By the places of name and type.
    by_place: HashMap<(usize, usize), u32>,
    types: Vec<Arc<str>>,
    /// The names, kept so that their places are of no others.
    names: Vec<Arc<str>>,
}

impl Owners {
    fn number(&mut self, Known { name, type_name, .. }: &Known) -> u32 {
        let Self { by_place, types, names } = self;
        *by_place.entry((address(name), address(type_name))).or_insert_with(|| {
            types.push(type_name.clone());
            names.push(name.clone());
            u32::try_from(types.len() - 1).unwrap_or(u32::MAX)
        })
    }
}

/// A local that may own a block.
#[derive(Debug)]
struct Known {
    slot: u32,
    line: u32,
    name: Arc<str>,
    type_name: Arc<str>,
    /// The event since which it holds its value.
    since: u64,
}

/// The sizes of types that locals have.
#[derive(Debug, Default)]
struct Types {
    bytes: HashMap<Arc<str>, usize>,
    /// By the places of their names, which are kept above.
    seen: HashMap<usize, Arc<str>>,
}

impl Sites {
    pub(super) fn number(&mut self, function: Option<u32>, at: Option<Position>) -> u32 {
        let (line, column) = at.map_or((0, 0), |at| (at.line, at.column));
        let list = &mut self.list;
        *self.by_place.entry((function, line, column)).or_insert_with(|| {
            list.push(Site::new(function, at));
            u32::try_from(list.len() - 1).unwrap_or(u32::MAX)
        })
    }

    /// `nth` is the number of allocations that the event's thread has made.
    pub(super) fn heap(&mut self, event: &Event, block: &mut Block, nth: u64) {
        let Some(site) = self.list.get_mut(block.site as usize) else { return };
        match &event.kind {
            Kind::Alloc(_) => {
                site.allocs += 1;
                site.live_blocks += 1;
                site.resize(0, block.bytes);
            }
            Kind::Realloc(Realloc { heap, .. }) => {
                site.resize(block.bytes, heap.bytes);
                if heap.bytes > block.bytes {
                    block.grown += 1;
                    block.grower = block.owner;
                }
                block.bytes = heap.bytes;
                block.most_bytes = block.most_bytes.max(heap.bytes);
            }
            Kind::Free(_) => {
                site.live_blocks = site.live_blocks.saturating_sub(1);
                site.resize(block.bytes, 0);
                site.temporary += u64::from(block.thread == event.thread && block.nth == nth);
                site.growth.add(block);
            }
            _ => {}
        }
    }

    /// A block that is alive at the end.
    pub(super) fn ended(&mut self, block: &Block) {
        if let Some(site) = self.list.get_mut(block.site as usize) {
            site.growth.add(block);
        }
    }

    /// A local begins to hold a value, or something else.
    pub(super) fn held(&mut self, event: &Event, blocks: &mut Blocks) {
        let frame = event.frame.unwrap_or(0);
        let (slot, points_to) = match &event.kind {
            Kind::Bind(bind) => {
                self.types.add(bind);
                if !bind.needs_drop {
                    return;
                }
                self.know(event.seq, frame, bind);
                (bind.local.slot, &bind.points_to)
            }
            Kind::Scan(scan) => (scan.local.slot, &scan.points_to),
            _ => return,
        };
        let locals = self.locals.get(&frame).map_or(&[][..], Vec::as_slice);
        let Some(known) = locals.iter().rev().find(|known| known.slot == slot) else { return };
        for pointer in points_to {
            let Region::Heap { block, owns: true, .. } = pointer.region else { continue };
            let Some(block) = blocks.get(block).filter(|block| block.owner.is_none()) else { continue };
            block.owner = Some(self.owners.number(known));
            block.grew_in_place = block.frame == Some(frame) && known.since < block.seq;
            if let Some(site) = self.list.get_mut(block.site as usize).filter(|site| site.owner.is_none()) {
                site.owner = Some((known.name.clone(), known.type_name.clone()));
            }
        }
    }

    /// A frame has ended, and its locals with it.
    pub(super) fn left(&mut self, frame: u64) {
        self.locals.remove(&frame);
    }

    /// At most one for each binding of the source.
    fn know(&mut self, since: u64, frame: u64, bind: &Bind) {
        let locals = self.locals.entry(frame).or_default();
        locals.retain(|known| known.line != bind.line || known.name != bind.local.name);
        let (name, type_name) = (bind.local.name.clone(), bind.type_name.clone());
        locals.push(Known { slot: bind.local.slot, line: bind.line, name, type_name, since });
    }

    pub(super) fn into_list(mut self) -> Vec<Site> {
        for site in &mut self.list {
            let growth = &mut site.growth;
            let grower = growth.grower.and_then(|grower| self.owners.types.get(grower as usize));
            growth.type_name = grower.cloned();
            growth.element_bytes = grower.and_then(|type_name| self.types.element(type_name));
        }
        self.list
    }
}

impl Site {
    fn new(function: Option<u32>, at: Option<Position>) -> Self {
        Self {
            function,
            at,
            allocs: 0,
            bytes: 0,
            temporary: 0,
            live_blocks: 0,
            live_bytes: 0,
            peak_bytes: 0,
            owner: None,
            growth: Growth::default(),
        }
    }

    fn resize(&mut self, old: usize, new: usize) {
        self.bytes = self.bytes.saturating_add(new.saturating_sub(old) as u64);
        self.live_bytes = self.live_bytes.saturating_add(new as u64).saturating_sub(old as u64);
        self.peak_bytes = self.peak_bytes.max(self.live_bytes);
    }
}

impl Growth {
    fn add(&mut self, block: &Block) {
        if block.grown == 0 {
            return;
        }
        self.blocks += 1;
        self.reallocs += block.grown;
        let worse = (block.grown, block.most_bytes) > (self.most_reallocs, self.last_bytes);
        if worse {
            self.most_reallocs = block.grown;
            (self.first_bytes, self.last_bytes) = (block.first_bytes, block.most_bytes);
            self.grower = block.grower.or(block.owner.filter(|_| block.grew_in_place));
        }
    }
}

impl Types {
    fn add(&mut self, bind: &Bind) {
        let place = address(&bind.type_name);
        self.seen.entry(place).or_insert_with(|| {
            self.bytes.insert(bind.type_name.clone(), bind.bytes);
            bind.type_name.clone()
        });
    }

    /// The size of an element of a `String`, a `Vec` or a `VecDeque`, if it is known.
    fn element(&self, type_name: &str) -> Option<usize> {
        if type_name == "alloc::string::String" {
            return Some(1);
        }
        let lists = ["alloc::vec::Vec<", "alloc::collections::vec_deque::VecDeque<"];
        let element = lists.iter().find_map(|list| type_name.strip_prefix(list)?.strip_suffix('>'))?;
        let primitive = match element {
            "u8" | "i8" | "bool" => 1,
            "u16" | "i16" => 2,
            "u32" | "i32" | "f32" | "char" => 4,
            "u64" | "i64" | "f64" => 8,
            "u128" | "i128" => 16,
            _ => return self.bytes.get(element).copied(),
        };
        Some(primitive)
    }
}
