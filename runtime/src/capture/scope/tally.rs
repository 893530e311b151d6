//! What one scope counts.

use crate::site::Function;

use super::{At, Owner};

/// Places of which a scope takes note.
pub(crate) const SITES: usize = 64;

/// Counts of heap events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) allocs: u64,
    pub(crate) reallocs: u64,
    /// Bytes asked for, including those by which blocks grew.
    pub(crate) bytes: u64,
    pub(crate) frees: u64,
    pub(crate) freed_bytes: u64,
    /// Blocks that were allocated and not freed.
    pub(crate) left: u64,
    pub(crate) left_bytes: u64,
}

impl Counts {
    fn allocated(&mut self, bytes: usize) {
        self.allocs += 1;
        self.bytes += bytes as u64;
        self.left += 1;
        self.left_bytes += bytes as u64;
    }

    fn reallocated(&mut self, (old, new): (usize, usize)) {
        self.reallocs += 1;
        self.bytes += new.saturating_sub(old) as u64;
    }

    fn freed(&mut self, bytes: usize) {
        self.frees += 1;
        self.freed_bytes += bytes as u64;
    }

    fn resized(&mut self, (old, new): (usize, usize)) {
        self.left_bytes = (self.left_bytes + new as u64).saturating_sub(old as u64);
    }

    fn given_back(&mut self, bytes: usize) {
        self.left = self.left.saturating_sub(1);
        self.left_bytes = self.left_bytes.saturating_sub(bytes as u64);
    }
}

/// What happened at one place.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    pub(crate) at: At,
    pub(crate) counts: Counts,
    /// Sizes of the last block that was reallocated there, before and after.
    pub(crate) resized: (usize, usize),
    /// The local that was first seen to own a block from there.
    pub(crate) owner: Option<Owner>,
    /// Whether other locals have owned others.
    pub(crate) has_other_owners: bool,
}

/// A drop of a local.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dropped {
    pub(crate) function: &'static Function,
    pub(crate) path: fn() -> &'static str,
    pub(crate) local: u32,
    pub(crate) certain: bool,
}

/// Drops in their order, as far as there is room.
#[derive(Debug, Default)]
pub(crate) struct Drops {
    pub(crate) noted: Vec<Dropped>,
    room: usize,
    /// Those without room.
    pub(crate) more: u64,
}

impl Drops {
    pub(super) fn add(&mut self, dropped: Dropped) {
        if self.noted.len() < self.room {
            self.noted.push(dropped);
        } else {
            self.more += 1;
        }
    }
}

/// What one scope counts.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) counts: Counts,
    /// How many bytes more are alive than at the start, by what the scope's threads did.
    live: i64,
    /// The most that this ever was.
    pub(crate) peak: u64,
    /// Places in traced functions.
    pub(crate) sites: Vec<Site>,
    /// What happened in no traced function.
    pub(crate) outside: Counts,
    /// What happened at places for which there was no room.
    pub(crate) elsewhere: Counts,
    /// Blocks of which nobody knows whether they were freed: there was no room.
    pub(crate) untracked: u64,
    pub(crate) drops: Drops,
}

impl Tally {
    /// With room for places, and for so many drops.
    pub(super) fn with_room(drops: usize) -> Self {
        let drops = Drops { noted: Vec::with_capacity(drops), room: drops, more: 0 };
        Self { sites: Vec::with_capacity(SITES), drops, ..Self::default() }
    }

    pub(super) fn allocated(&mut self, at: Option<At>, bytes: usize) {
        self.count(at, |counts| counts.allocated(bytes));
        self.moves(0, bytes);
    }

    pub(super) fn reallocated(&mut self, at: Option<At>, sizes: (usize, usize)) {
        self.count(at, |counts| counts.reallocated(sizes));
        if let Some(site) = self.sites.iter_mut().find(|site| at.is_some_and(|at| site.at.is(&at))) {
            site.resized = sizes;
        }
        self.moves(sizes.0, sizes.1);
    }

    pub(super) fn freed(&mut self, at: Option<At>, bytes: usize) {
        self.count(at, |counts| counts.freed(bytes));
        self.moves(bytes, 0);
    }

    /// A block from `at` that was counted as left has another size.
    pub(super) fn resized(&mut self, at: Option<At>, sizes: (usize, usize)) {
        self.count(at, |counts| counts.resized(sizes));
    }

    /// A block from `at` is not left any more.
    pub(super) fn given_back(&mut self, at: Option<At>, bytes: usize) {
        self.count(at, |counts| counts.given_back(bytes));
    }

    pub(super) fn owned(&mut self, at: At, owner: Owner) {
        let Some(site) = self.sites.iter_mut().find(|site| site.at.is(&at)) else { return };
        match site.owner {
            None => site.owner = Some(owner),
            Some(first) if first.local == owner.local && std::ptr::eq(first.function, owner.function) => {}
            Some(_) => site.has_other_owners = true,
        }
    }

    fn moves(&mut self, old: usize, new: usize) {
        // A block is at most `isize::MAX` bytes long.
        let [old, new] = [old, new].map(|bytes| i64::try_from(bytes).unwrap_or(i64::MAX));
        self.live = self.live.saturating_add(new - old);
        self.peak = self.peak.max(u64::try_from(self.live).unwrap_or_default());
    }

    /// In total, and at the place.
    fn count(&mut self, at: Option<At>, change: impl Fn(&mut Counts)) {
        change(&mut self.counts);
        change(match at {
            None => &mut self.outside,
            Some(at) => self.site(at),
        });
    }

    fn site(&mut self, at: At) -> &mut Counts {
        let known = self.sites.iter().position(|site| site.at.is(&at));
        let index = known.unwrap_or(self.sites.len());
        if known.is_none() && self.sites.len() < SITES.min(self.sites.capacity()) {
            self.sites.push(Site {
                at,
                counts: Counts::default(),
                resized: (0, 0),
                owner: None,
                has_other_owners: false,
            });
        }
        self.sites.get_mut(index).map_or(&mut self.elsewhere, |site| &mut site.counts)
    }
}
