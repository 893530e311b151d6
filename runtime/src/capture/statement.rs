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
        goes_on(statement);
    }
}

#[inline(never)]
fn goes_on(statement: u32) {
    unrecorded(|state, top| go_on(state, top, statement));
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
