//! What a guard is told of moves.

use crate::record::Reason;

use super::guard::Guard;
use super::holds::{Holds, Move};
use super::quick::{Way, quickly};
use super::word::{EXTRA, HIGH, Kind, MOVE_SITE};

impl Guard {
    /// The local's value is moved out, at `site`.
    #[inline]
    pub fn moved(&self, site: u32) {
        self.move_out(site, Move::WHOLE, Holds::Moved);
    }

    /// As [`moved`](Self::moved), if `moved`.
    #[inline]
    pub fn moved_if(&self, moved: bool, site: u32) {
        if moved {
            self.moved(site);
        }
    }

    /// A part of the local's value is moved out, if `moved`; whether the rest needs a drop is unknown.
    #[inline]
    pub fn moved_part(&self, moved: bool, site: u32) {
        if moved {
            self.move_out(site, Move::PART, Holds::PerhapsRest);
        }
    }

    /// As [`moved_rest`](Self::moved_rest) or [`moved_part`](Self::moved_part), whichever is known.
    #[inline]
    pub fn moved_but_for(&self, moved: bool, rest_needs_drop: Option<bool>, site: u32) {
        match rest_needs_drop {
            Some(rest_needs_drop) => self.moved_rest(moved, rest_needs_drop, site),
            None => self.moved_part(moved, site),
        }
    }

    /// A part of the local's value is moved out, if `moved`; whether what that leaves of a whole value
    /// needs a drop is known.
    #[inline]
    pub fn moved_rest(&self, moved: bool, rest_needs_drop: bool, site: u32) {
        if !moved || self.frame == 0 {
            return;
        }
        if !rest_needs_drop {
            return self.moved(site);
        }
        // After a second such move nobody counted what both together leave.
        let rest = if self.holds() == Holds::Value { Holds::Rest } else { Holds::PerhapsRest };
        self.move_out(site, Move::PART, rest);
    }

    /// The local's value may be moved out, at `site`.
    #[inline]
    pub fn maybe_moved(&self, site: u32) {
        self.move_out(site, Move::PERHAPS, Holds::Perhaps);
    }

    /// The local's value goes into a function called `drop`; `is_std_drop` says whether it is the one
    /// that drops it there and then.
    #[inline]
    pub fn dropped(&self, is_std_drop: bool, site: u32) {
        if self.frame != 0 {
            self.dropped_now(is_std_drop, site);
        }
    }

    #[inline(never)]
    fn dropped_now(&self, is_std_drop: bool, site: u32) {
        if !is_std_drop {
            return self.moved(site);
        }
        self.on_top(|way| {
            let holds = self.holds();
            if self.needs_drop() && holds.anything() {
                self.record_drop(way, Reason::Explicit, holds);
            }
            self.set(Holds::Moved);
        });
    }

    #[inline]
    fn move_out(&self, site: u32, how: Move, after: Holds) {
        if self.frame != 0 {
            self.moved_out(site, how, after);
        }
    }

    #[inline(never)]
    fn moved_out(&self, site: u32, how: Move, after: Holds) {
        let done = quickly(|way, top| {
            (top.frame == self.frame && self.scan_is_near()).then(|| {
                way.end_drop();
                self.move_on(way, (site, how), after);
            })
        });
        if done.is_none() {
            self.move_slowly(site, how, after);
        }
    }

    #[cold]
    #[inline(never)]
    fn move_slowly(&self, site: u32, how: Move, after: Holds) {
        self.on_top(|way| self.move_on(way, (site, how), after));
    }

    #[inline]
    fn move_on(&self, way: &mut impl Way, (site, how): (u32, Move), after: Holds) {
        if !self.needs_drop() || !self.holds().anything() {
            return;
        }
        self.record_scan(way);
        let facts = EXTRA.put(how.0.into()) | HIGH.put(self.slot().into());
        way.write(|to| {
            if MOVE_SITE.fits(site.into()) {
                to.push(Kind::Move as u64 | facts | MOVE_SITE.put(site.into()));
            } else {
                to.push(Kind::MoveFar as u64 | facts);
                to.push(site.into());
            }
        });
        self.set(after);
    }
}
