//! Where the frame on top stands: its statement, and the blocks around it.

use super::is_on;
use super::quick::end_drop;
use super::thread::{State, Top, with};

/// Does `work` in the frame on top, if one is active and recorded: what records nothing itself. The thread is not marked
/// as busy.
#[inline]
fn unrecorded(work: impl FnOnce(&State, Top)) {
    with(|state| {
        let top = state.top.get();
        if top.frame != 0 && !top.muted && state.is_idle() {
            work(state, top);
        }
    });
}

/// The frame on top goes on to `statement`, after the drop that was open has ended. The thread is idle.
#[inline]
fn go_on(state: &State, top: Top, statement: u32) {
    if top.dropping.is_none() {
        state.top.set(Top { statement, ..state.top.get() });
    } else {
        end_drop_and_go_on(top.frame, statement);
    }
}

#[inline(never)]
fn end_drop_and_go_on(frame: u64, statement: u32) {
    end_drop(frame);
    unrecorded(|state, _| state.top.set(Top { statement, ..state.top.get() }));
}

/// The frame on top goes on to `statement`.
#[inline]
pub(crate) fn at(statement: u32) {
    if is_on() {
        went_on(statement);
    }
}

/// A block runs until this is dropped; then the statement around it goes on.
#[derive(Debug)]
pub struct Scope {
    frame: u64,
    statement: u32,
}

/// A block starts.
#[inline]
pub(crate) fn scope() -> Scope {
    if is_on() { scope_here() } else { Scope { frame: 0, statement: 0 } }
}

#[inline(never)]
fn scope_here() -> Scope {
    let (mut frame, mut statement) = (0, 0);
    unrecorded(|_, top| (frame, statement) = (top.frame, top.statement));
    Scope { frame, statement }
}

impl Drop for Scope {
    #[inline]
    fn drop(&mut self) {
        if self.frame != 0 {
            scope_ended(self.frame, self.statement);
        }
    }
}

/// The body of a future runs until this is dropped; then the frame goes on without a statement. What lies in a future is to
/// be small: as the body's frame is on top whenever it runs, this does not know it.
#[derive(Debug)]
pub struct Body(());

/// The body of a future starts.
#[inline]
pub(crate) const fn body() -> Body {
    Body(())
}

impl Drop for Body {
    #[inline]
    fn drop(&mut self) {
        if is_on() {
            went_on(u32::MAX);
        }
    }
}

/// A block in the body of a future, as [`Scope`].
#[derive(Debug)]
pub struct Block {
    statement: u32,
}

/// The mark of a block that started when nothing was recorded.
const UNRECORDED: u32 = u32::MAX - 1;

/// A block in the body of a future starts.
#[inline]
pub(crate) fn block() -> Block {
    Block { statement: if is_on() { statement_here() } else { UNRECORDED } }
}

#[inline(never)]
fn statement_here() -> u32 {
    let mut statement = UNRECORDED;
    unrecorded(|_, top| statement = top.statement);
    statement
}

impl Drop for Block {
    #[inline]
    fn drop(&mut self) {
        if self.statement != UNRECORDED && is_on() {
            went_on(self.statement);
        }
    }
}

#[inline(never)]
fn went_on(statement: u32) {
    unrecorded(|state, top| go_on(state, top, statement));
}

#[inline(never)]
fn scope_ended(frame: u64, statement: u32) {
    if !is_on() {
        return;
    }
    unrecorded(|state, top| {
        if top.frame == frame {
            go_on(state, top, statement);
        }
    });
}
