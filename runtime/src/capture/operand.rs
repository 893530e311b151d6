//! Operands that are there, and wait for others of their call.
//!
//! If control leaves before the call, they are dropped, the last one first. While another one is evaluated, a value of
//! ours stands before it, which the compiler drops just before the first of them. Between them nothing can stand: of
//! two or more, all are announced at once, and what is freed then is not said to be of one of them.

use super::numbers::drop_number;
use super::quick::{Way, on_top};
use super::temporary::record;

/// Announces the drop of operands, if it is dropped: the sites of those before, with whether each needs dropping.
#[must_use = "the operands wait as long as this is there"]
#[derive(Debug)]
pub struct Waiting<'a>(pub(crate) &'a [(bool, u32)]);

impl Drop for Waiting<'_> {
    #[inline(never)]
    fn drop(&mut self) {
        let mut drops = self.0.iter().rev().filter(|(needs_drop, _)| *needs_drop).peekable();
        if !super::locals_are_on() || drops.peek().is_none() {
            return;
        }
        on_top(|way, top| {
            let several = drops.clone().count() > 1;
            for (_, site) in drops {
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
