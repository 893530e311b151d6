//! The way that most hooks go: nothing stands in it.
//!
//! A hook that has to do more than to write its record (the chunk is full, the clock is due, a lane is borrowed, a
//! frame is watched) does it in a function of its own. So the common one keeps everything in registers.

use super::epoch::Order;
use super::lane::{Lane, Writer};
use super::thread::{Busy, Dropped, Marked, State, Top, with};
use super::word::{EXTRA, HIGH, Kind};
use super::{is_on, is_quick, scope};

/// How a hook writes what happens in the frame on top. The thread is marked as busy.
pub(super) trait Way {
    fn state(&self) -> &State;

    /// Writes a record of the frame.
    fn write(&mut self, payload: impl FnOnce(&mut Writer<'_>));

    /// Writes a record of one word, with small facts and a number.
    #[inline]
    fn write_word(&mut self, kind: Kind, extra: u8, number: u32) {
        self.write(|to| to.push(kind as u64 | EXTRA.put(extra.into()) | HIGH.put(number.into())));
    }

    /// The drop of this is open now.
    #[inline]
    fn drops(&self, what: Dropped) {
        let state = self.state();
        state.top.set(Top { dropping: Some(what), ..state.top.get() });
    }

    /// Ends the drop that is open, if one is.
    #[inline]
    fn end_drop(&mut self) {
        let top = self.state().top.get();
        if top.dropping.is_some() {
            self.state().top.set(Top { dropping: None, ..top });
            self.write_word(Kind::Dropped, 0, 0);
        }
    }
}

/// The way of every record.
pub(super) struct Slow<'a> {
    pub(super) state: &'a State,
    pub(super) frame: u64,
}

impl Way for Slow<'_> {
    #[inline]
    fn state(&self) -> &State {
        self.state
    }

    #[inline]
    fn write(&mut self, payload: impl FnOnce(&mut Writer<'_>)) {
        self.state.record(self.frame, Order::Own, move |to, _| payload(to));
    }
}

/// See the module. The thread is marked as busy as long as this is there; what is written is published by
/// [`commit`](Self::commit).
pub(super) struct Quick<'a> {
    state: &'a State,
    lane: &'static Lane,
    writer: Writer<'a>,
    _busy: Marked<'a>,
}

impl<'a> Quick<'a> {
    /// If nothing stands in the way of a record of `frame`, or of a few: together they are no longer than the longest.
    /// The thread is marked as busy already: a signal's records would take the same place.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "it is all that most hooks do first")]
    pub(super) fn of(state: &'a State, busy: Marked<'a>, frame: u64) -> Option<Self> {
        if frame != state.told.get() {
            return None;
        }
        let lane = state.own_lane()?;
        Some(Self { state, lane, writer: lane.place()?, _busy: busy })
    }

    /// Publishes what was written.
    #[inline]
    pub(super) fn commit(self) {
        self.writer.commit();
    }

    /// Writes and publishes a record of what begins or ends, if its key follows that of the one before: whether it does.
    #[inline]
    pub(super) fn write_key(self, order: Order, payload: impl FnOnce(&mut Writer<'_>, u64)) -> bool {
        self.lane.write_at(self.writer, order, payload)
    }
}

impl Way for Quick<'_> {
    #[inline]
    fn state(&self) -> &State {
        self.state
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "what is written is known where it is called")]
    fn write(&mut self, payload: impl FnOnce(&mut Writer<'_>)) {
        payload(&mut self.writer);
    }
}

/// Does `work` in the frame on top, if one is active and recorded, and nothing stands in the way. `None` if that is not so,
/// or `work` says so: then it has changed nothing. It gets what is on top.
#[inline(always)]
#[expect(clippy::inline_always, reason = "it is all that most hooks do first")]
pub(super) fn quickly<R>(work: impl FnOnce(&mut Quick<'_>, Top) -> Option<R>) -> Option<R> {
    if !is_quick() {
        return None;
    }
    with(|state| {
        let busy = state.hook()?;
        let top = state.top.get();
        if top.frame == 0 || top.muted || scope::is_open() {
            return None;
        }
        let mut quick = Quick::of(state, busy, top.frame)?;
        let done = work(&mut quick, top)?;
        quick.commit();
        Some(done)
    })
}

/// Does `work` in the frame on top, if one is active and recorded.
#[inline]
pub(super) fn on_top(work: impl FnOnce(&mut Slow<'_>, Top)) {
    if !is_on() {
        return;
    }
    with(|state| {
        let top = state.top.get();
        if top.frame == 0 || top.muted {
            return;
        }
        if let Some(_busy) = state.busy(Busy::Hook) {
            work(&mut Slow { state, frame: top.frame }, top);
        }
    });
}

/// Ends the drop that is open in a frame, if one is, and the frame is on top.
#[inline(never)]
pub(super) fn end_drop(frame: u64) {
    if quickly(|way, top| (top.frame == frame).then(|| way.end_drop())).is_none() {
        end_drop_slowly(frame);
    }
}

#[cold]
#[inline(never)]
fn end_drop_slowly(frame: u64) {
    on_top(|way, top| {
        if top.frame == frame {
            way.end_drop();
        }
    });
}
