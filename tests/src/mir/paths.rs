//! The drops that the paths through a function's MIR allow.

use std::collections::BTreeSet;

use super::{Block, Drop, Function, Kind, Next};

/// A drop as a trace tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The name of the local.
    pub local: String,
    /// The `reason`.
    pub reason: String,
    /// Whether the trace is sure of it.
    pub certain: bool,
}

/// How a function ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It returned.
    Return,
    /// A panic went through it.
    Unwind,
}

/// A point on a path: the block, the drop flags that are set, the local whose parts are being dropped.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Point {
    block: usize,
    flags: BTreeSet<u32>,
    in_parts: Option<u32>,
}

/// Where paths may be.
#[derive(Default)]
struct Front {
    points: BTreeSet<Point>,
    returned: bool,
    unwound: bool,
}

/// Where one function's paths go.
#[derive(Debug)]
pub struct Paths<'f> {
    function: &'f Function,
    /// The names of locals whose drop does nothing in this activation, as their type needs none.
    silent: BTreeSet<String>,
}

impl<'f> Paths<'f> {
    /// The paths of a function. `silent` are the locals that have a type without destructor this time.
    #[must_use]
    pub fn new(function: &'f Function, silent: BTreeSet<String>) -> Self {
        Self { function, silent }
    }

    /// Whether a path from the entry to the end makes these drops, in order, and no others. A drop that
    /// the trace is not sure of may be on it or not. If not, the answer is the number of drops up to which
    /// there is a path.
    ///
    /// # Errors
    ///
    /// If there is no such path.
    pub fn allow(&self, told: &[Told], end: End) -> Result<(), usize> {
        let mut front = Front::default();
        let entry = Point { block: 0, flags: BTreeSet::new(), in_parts: None };
        self.reach(&entry, &mut front);
        for (index, drop) in told.iter().enumerate() {
            let mut after = Front::default();
            for point in &front.points {
                let block = &self.function.blocks[point.block];
                if block.drop.is_some_and(|at| self.is(block, at, drop)) {
                    self.leave(point, &mut after);
                }
            }
            if !drop.certain {
                after.points.extend(front.points);
                (after.returned, after.unwound) =
                    (after.returned || front.returned, after.unwound || front.unwound);
            }
            front = after;
            if front.points.is_empty() && !front.returned && !front.unwound {
                return Err(index);
            }
        }
        let ended = match end {
            End::Return => front.returned,
            End::Unwind => front.unwound,
        };
        if ended { Ok(()) } else { Err(told.len()) }
    }

    /// The drops of a function with one path only, if no call panics.
    #[must_use]
    pub fn only(&self) -> Option<Vec<Drop>> {
        let mut drops: Vec<Drop> = Vec::new();
        let mut seen = BTreeSet::new();
        let mut point = Point { block: 0, flags: BTreeSet::new(), in_parts: None };
        while seen.insert(point.block) {
            let block = &self.function.blocks[point.block];
            if let Some(drop) = block.drop.filter(|drop| self.tells(*drop)) {
                let same = drops.last().is_some_and(|last| *last == drop && drop.kind == Kind::Part);
                drops.extend((!same).then_some(drop));
            }
            let flags = flags_after(block, &point.flags);
            let next = targets(block, &flags);
            let next: Vec<_> = next.into_iter().filter(|next| !self.unwinds(*next)).collect();
            match next[..] {
                [Next::Return] => return Some(drops),
                [Next::Block(block)] => point = Point { block, flags, in_parts: None },
                _ => return None,
            }
        }
        None
    }

    fn unwinds(&self, next: Next) -> bool {
        match next {
            Next::Block(block) => self.function.blocks[block].cleanup,
            Next::Unwind => true,
            Next::Return => false,
        }
    }

    /// Adds the points that can be reached without a drop that the trace would tell.
    fn reach(&self, point: &Point, front: &mut Front) {
        if !front.points.insert(point.clone()) {
            return;
        }
        let block = &self.function.blocks[point.block];
        match block.drop.filter(|drop| self.tells(*drop)) {
            None => self.leave(point, front),
            // The parts of one local are one drop to the trace.
            Some(drop) if drop.kind == Kind::Part && point.in_parts == Some(drop.local) => {
                self.leave(point, front);
            }
            Some(drop) if self.function.names_of(drop.local).any(|name| self.silent.contains(name)) => {
                self.leave(point, front);
            }
            Some(_) => {}
        }
    }

    /// Goes on from the end of a block.
    fn leave(&self, point: &Point, front: &mut Front) {
        let block = &self.function.blocks[point.block];
        let flags = flags_after(block, &point.flags);
        let in_parts = match block.drop.filter(|drop| self.tells(*drop)) {
            Some(drop) => (drop.kind == Kind::Part).then_some(drop.local),
            None => point.in_parts,
        };
        for next in targets(block, &flags) {
            match next {
                Next::Return => front.returned = true,
                Next::Unwind => front.unwound = true,
                Next::Block(block) => self.reach(&Point { block, flags: flags.clone(), in_parts }, front),
            }
        }
    }

    /// Whether a trace has this drop: locals without a name have no events.
    fn tells(&self, drop: Drop) -> bool {
        self.function.names.contains_key(&drop.local)
    }

    fn is(&self, block: &Block, drop: Drop, told: &Told) -> bool {
        let reasons: &[&str] = match drop.kind {
            Kind::Call => &["explicit"],
            _ if block.cleanup => &["unwind"],
            _ => &["scope_end", "reassigned"],
        };
        reasons.contains(&told.reason.as_str())
            && self.function.names_of(drop.local).any(|name| name == told.local)
    }
}

/// The places where the end of a block goes, given the drop flags.
fn targets(block: &Block, flags: &BTreeSet<u32>) -> Vec<Next> {
    match block.flag {
        Some(flag) => vec![block.next[usize::from(flags.contains(&flag))]],
        None => block.next.clone(),
    }
}

fn flags_after(block: &Block, flags: &BTreeSet<u32>) -> BTreeSet<u32> {
    let mut flags = flags.clone();
    for (flag, set) in &block.sets {
        if *set {
            flags.insert(*flag);
        } else {
            flags.remove(flag);
        }
    }
    flags
}

impl Function {
    /// The locals with this name.
    pub fn locals_of<'f>(&'f self, name: &'f str) -> impl Iterator<Item = u32> + 'f {
        self.names.iter().filter(move |(_, names)| names.contains(name)).map(|(local, _)| *local)
    }

    /// The ends of blocks that drop a local.
    pub fn drops_of(&self, local: u32) -> impl Iterator<Item = (&Block, Drop)> {
        let drops = self.blocks.iter().filter_map(|block| Some((block, block.drop?)));
        drops.filter(move |(_, drop)| drop.local == local)
    }

    /// How many drops of a local are on every path that returns.
    #[must_use]
    pub fn certain_drops(&self, local: u32) -> usize {
        let always = self.blocks.iter().enumerate().filter(|(index, block)| {
            !block.cleanup
                && block.drop.is_some_and(|drop| drop.local == local)
                && !self.returns_without(*index)
        });
        let kinds: Vec<_> = always.filter_map(|(_, block)| block.drop).map(|drop| drop.kind).collect();
        let parts = kinds.contains(&Kind::Part);
        kinds.iter().filter(|kind| **kind != Kind::Part).count() + usize::from(parts)
    }

    /// Whether a path returns that does not go through the block, or none returns at all.
    fn returns_without(&self, without: usize) -> bool {
        let returns = |avoided: Option<usize>| {
            let mut seen = BTreeSet::new();
            let mut open = vec![0];
            while let Some(block) = open.pop() {
                if Some(block) == avoided || !seen.insert(block) {
                    continue;
                }
                let next = &self.blocks[block].next;
                if next.contains(&Next::Return) {
                    return true;
                }
                open.extend(next.iter().filter_map(|next| match next {
                    Next::Block(block) => Some(*block),
                    Next::Return | Next::Unwind => None,
                }));
            }
            false
        };
        returns(Some(without)) || !returns(None)
    }
}
