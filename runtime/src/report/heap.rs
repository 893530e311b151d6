//! The live heap blocks, by address, and who owns each.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::body::Body;
use super::stack::Stacks;
use crate::site::Position;

/// A live heap block.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub(super) number: u64,
    pub(super) bytes: usize,
    pub(super) align: usize,
    pub(super) at_ns: u64,
    pub(super) thread: u32,
    pub(super) site: Site,
    pub(super) owner: Option<Owner>,
    /// The thread that is reallocating it just now.
    pub(super) moving: Option<u32>,
}

/// Where a block was allocated.
#[derive(Clone, Debug, Default)]
pub(super) struct Site {
    /// The innermost traced function.
    pub(super) body: Option<Arc<Body>>,
    pub(super) at: Option<Position>,
}

/// The local whose value keeps a block alive, or last did.
#[derive(Clone, Debug)]
pub(super) struct Owner {
    pub(super) frame: u64,
    pub(super) slot: u32,
    pub(super) local: Arc<str>,
    pub(super) function: Arc<str>,
    /// Whether the local still holds it.
    pub(super) live: bool,
    /// Whether it stopped because its value was moved.
    pub(super) moved: bool,
}

impl Owner {
    fn is(&self, frame: u64, slot: u32) -> bool {
        self.frame == frame && self.slot == slot
    }
}

/// All live blocks of the trace.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    by_addr: BTreeMap<usize, Block>,
    numbered: u64,
}

impl Blocks {
    /// The number of the next block.
    pub(super) fn next_number(&mut self) -> u64 {
        self.numbered += 1;
        self.numbered
    }

    /// Adds a block, and returns the one that was thought to be there.
    pub(super) fn insert(&mut self, addr: usize, block: Block) -> Option<Block> {
        self.by_addr.insert(addr, block)
    }

    pub(super) fn remove(&mut self, addr: usize) -> Option<Block> {
        self.by_addr.remove(&addr)
    }

    pub(super) fn at(&mut self, addr: usize) -> Option<&mut Block> {
        self.by_addr.get_mut(&addr)
    }

    /// The block that contains the address, and its start.
    pub(super) fn around(&mut self, word: usize) -> Option<(usize, &mut Block)> {
        let (&start, block) = self.by_addr.range_mut(..=word).next_back()?;
        (word - start < block.bytes.max(1)).then_some((start, block))
    }

    /// Ends the ownership of a block by a local, if it had it.
    pub(super) fn disown(&mut self, (addr, number): (usize, u64), (frame, slot): (u64, u32), moved: bool) {
        let owner = self.by_addr.get_mut(&addr).filter(|block| block.number == number);
        let owner = owner.and_then(|block| block.owner.as_mut());
        if let Some(owner) = owner.filter(|owner| owner.is(frame, slot)) {
            owner.live = false;
            owner.moved |= moved;
        }
    }

    /// Every live block, oldest first.
    pub(super) fn leaks(&self) -> Vec<Leak> {
        let mut leaks: Vec<_> = self.by_addr.values().map(Leak::of).collect();
        leaks.sort_by_key(|leak| leak.block);
        leaks
    }
}

/// A block that was never freed; [`Resolver::live_blocks`](super::Resolver::live_blocks) makes them.
///
/// ```
/// use trace_memory::report::Leak;
///
/// fn total(leaks: &[Leak]) -> usize {
///     leaks.iter().map(|leak| leak.bytes).sum()
/// }
/// assert_eq!(total(&[]), 0);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leak {
    /// Block number.
    pub block: u64,
    /// Size, in bytes.
    pub bytes: usize,
    /// Alignment, in bytes.
    pub align: usize,
    /// Path of the traced function that allocated it.
    pub function: Option<Arc<str>>,
    /// Source file of that function.
    pub file: Option<Arc<str>>,
    /// The statement that allocated it.
    pub at: Option<Position>,
    /// The last local that owned it, if one ever did.
    pub owner: Option<LeakOwner>,
}

/// The last local that owned a leaked block.
///
/// ```
/// use trace_memory::report::LeakOwner;
///
/// let owner = LeakOwner { local: "s".into(), function: "app::main".into(), moved: true };
/// assert!(owner.moved, "it went somewhere else before it was leaked");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeakOwner {
    /// Name of the local.
    pub local: Arc<str>,
    /// Path of its function.
    pub function: Arc<str>,
    /// Whether its value was moved out.
    pub moved: bool,
}

impl Leak {
    fn of(block: &Block) -> Self {
        let body = block.site.body.as_ref();
        let (function, file) = body.map(|body| (body.path.clone(), body.file.clone())).unzip();
        let owner = block.owner.as_ref().map(|owner| LeakOwner {
            local: owner.local.clone(),
            function: owner.function.clone(),
            moved: owner.moved,
        });
        Self {
            block: block.number,
            bytes: block.bytes,
            align: block.align,
            function,
            file,
            at: block.site.at,
            owner,
        }
    }
}

/// The claim of a local on the block its word points to: whether it is the owner now.
pub(super) fn claim(block: &mut Block, (frame, slot): (u64, u32), stacks: &mut Stacks) -> bool {
    if let Some(owner) = block.owner.as_ref().filter(|owner| owner.live && stacks.is_open(owner.frame)) {
        return owner.is(frame, slot);
    }
    let Some(open) = stacks.frame(frame) else { return false };
    let function = open.body.path.clone();
    let Some(local) = open.slot(slot).map(|slot| slot.name.clone()) else { return false };
    block.owner = Some(Owner { frame, slot, local, function, live: true, moved: false });
    true
}
