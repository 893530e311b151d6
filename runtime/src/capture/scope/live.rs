//! The blocks that scopes have allocated and nobody has freed, by address.
//!
//! It is one table for all threads: a block that another thread frees is not left behind.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};

use super::{At, Node, locked};

const SHARDS: usize = 64;
/// Blocks of one shard. A map in which fewer than half of the places are in use puts its keys in order again where
/// it is full of the traces of removed ones, and does not grow.
const LIMIT: usize = ROOM / 2;
const ROOM: usize = 28_672;

/// A block.
#[derive(Debug)]
pub(super) struct Entry {
    /// The innermost scope of the thread that allocated it.
    pub(super) node: Arc<Node>,
    pub(super) at: Option<At>,
    /// Whether a local was seen to own it.
    pub(super) owned: bool,
}

type Shard = Mutex<HashMap<usize, Entry>>;

static BLOCKS: OnceLock<[Shard; SHARDS]> = OnceLock::new();

/// Makes the room, which is address space until it is used.
pub(super) fn prepare() {
    BLOCKS.get_or_init(|| std::array::from_fn(|_| Mutex::new(HashMap::with_capacity(ROOM))));
}

/// The part of the table for an address.
fn shard(addr: usize) -> Option<&'static Shard> {
    // Fibonacci hashing (Knuth, The Art of Computer Programming, volume 3, section 6.4).
    let hash = (addr as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (u64::BITS - SHARDS.ilog2());
    BLOCKS.get()?.get(usize::try_from(hash).ok()?)
}

/// What became of a block that was to be added.
pub(super) enum Inserted {
    New,
    /// One by the same address has ended unseen, while the tracer was at work.
    InPlaceOf(Entry),
    NoRoom(Entry),
}

/// Adds a block.
pub(super) fn insert(addr: usize, entry: Entry) -> Inserted {
    let Some(shard) = shard(addr) else { return Inserted::NoRoom(entry) };
    let mut blocks = locked(shard);
    if let Some(known) = blocks.get_mut(&addr) {
        return Inserted::InPlaceOf(std::mem::replace(known, entry));
    }
    if blocks.len() >= LIMIT {
        return Inserted::NoRoom(entry);
    }
    blocks.insert(addr, entry);
    Inserted::New
}

/// Takes a block out.
pub(super) fn remove(addr: usize) -> Option<Entry> {
    let mut blocks = locked(shard(addr)?);
    if blocks.is_empty() { None } else { blocks.remove(&addr) }
}

/// Where a block begins that no local was seen to own before: from now on, one is.
pub(super) fn claim(addr: usize) -> Option<At> {
    let mut blocks = locked(shard(addr)?);
    let entry = blocks.get_mut(&addr)?;
    if std::mem::replace(&mut entry.owned, true) { None } else { entry.at }
}

/// Forgets the blocks of scopes that have all ended.
pub(super) fn sweep() {
    for shard in BLOCKS.get().into_iter().flatten() {
        let mut blocks = locked(shard);
        if !blocks.is_empty() {
            blocks.retain(|_, entry| entry.node.chain().any(Node::is_open));
        }
    }
}
