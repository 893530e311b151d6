//! Operands that are there, and wait for others of their call.
//!
//! If control leaves before the call, they are dropped, the last one first. While another one is evaluated, a value of
//! ours stands before it, which the compiler drops just before the first of them. Between them nothing can stand: of
//! two or more, all are announced at once, and what is freed then is not said to be of one of them.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

use super::numbers::drop_number;
use super::quick::{Way, on_top};
use super::temporary::record;

/// The operands of one call that may have to be dropped. A future may hold them while it waits for one: hence the atomics,
/// which let it go to another thread.
#[derive(Debug)]
pub struct Operands<const N: usize> {
    sites: [u32; N],
    needs_drop: [AtomicBool; N],
    /// How many are there.
    count: AtomicUsize,
}

impl<const N: usize> Operands<N> {
    #[inline]
    pub(crate) fn new(sites: [u32; N]) -> Self {
        Self { sites, needs_drop: [const { AtomicBool::new(false) }; N], count: AtomicUsize::new(0) }
    }

    #[inline]
    pub(crate) fn waiting(&self) -> Waiting<'_> {
        Waiting { sites: &self.sites, needs_drop: &self.needs_drop, count: &self.count }
    }
}

/// Announces the drop of the operands that are there, if it is dropped.
#[must_use = "the operands wait as long as this is there"]
#[derive(Debug)]
pub struct Waiting<'a> {
    sites: &'a [u32],
    needs_drop: &'a [AtomicBool],
    count: &'a AtomicUsize,
}

impl Waiting<'_> {
    /// The next operand is there.
    #[inline]
    pub(crate) fn add(&self, needs_drop: bool) {
        let index = self.count.load(Relaxed);
        if let Some(slot) = self.needs_drop.get(index) {
            slot.store(needs_drop, Relaxed);
            self.count.store(index + 1, Relaxed);
        }
    }
}

impl Drop for Waiting<'_> {
    #[inline(never)]
    fn drop(&mut self) {
        let there = self.sites.iter().zip(self.needs_drop).take(self.count.load(Relaxed));
        let mut drops = there.rev().filter(|(_, needs_drop)| needs_drop.load(Relaxed)).peekable();
        if !super::locals_are_on() || drops.peek().is_none() {
            return;
        }
        on_top(|way, top| {
            let several = drops.clone().count() > 1;
            for (site, _) in drops {
                way.end_drop();
                record(way, *site, drop_number(top.reason(), false, None));
            }
            if several {
                way.end_drop();
            }
        });
        super::recorded();
    }
}
