//! Locals: what they hold, and where it goes.
//!
//! A guard lies between the locals of a body and is dropped just before the local it watches. It
//! remembers the slot as a plain number, borrows nothing, and is `Send` and `Sync` so that a
//! closure that mentions it stays what it was.

use std::fmt::Debug;
use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicPtr, AtomicU8, AtomicU32, AtomicUsize, Ordering::Relaxed};

use crate::record::{Doubt, Reason};
use crate::site::Type;

use super::epoch::Order;
use super::frame::on_top;
use super::holds::Holds;
use super::numbers::drop_number;
use super::slot::Slot;
use super::text::Text;
use super::thread::{Dropped, State, Top};
use super::word::{HIGH, Kind, bind, pair, scan};
use super::{NON_LIFO, describe, locals_are_on, recorded, scope};

/// Whether the value at an address holds nothing that needs dropping, if that is known.
type Look = fn(usize) -> Option<bool>;

/// No slot number yet.
const UNNUMBERED: u32 = u32::MAX;

/// Watches a local.
#[must_use = "the local is watched until this is dropped"]
#[derive(Debug)]
pub struct Guard {
    /// The frame of the local; 0 if nothing is recorded.
    pub(super) frame: u64,
    /// Written unless `frame` is 0: with the trace off, a guard is one word.
    watch: MaybeUninit<Watch>,
}

/// What is known of a local.
#[derive(Debug)]
struct Watch {
    ty: AtomicPtr<Type>,
    addr: AtomicUsize,
    slot: AtomicU32,
    local: u32,
    holds: AtomicU8,
    /// Whether a value holds nothing that needs dropping, for enums that patterns take apart: 0, or a
    /// `Look` that takes the slot's address.
    holds_nothing: AtomicUsize,
}

/// The value itself, where its `Debug` text is asked for.
type Shown<'a> = Option<&'a dyn Debug>;

/// A place of a value: where, and of what type.
pub(crate) type Place = (usize, &'static Type);

/// A guard for `local`, which holds nothing.
#[inline]
pub(crate) fn declare(local: u32) -> Guard {
    if locals_are_on() { declared(local) } else { Guard::off() }
}

#[inline(never)]
fn declared(local: u32) -> Guard {
    let mut frame = 0;
    on_top(|state, top| {
        state.end_drop();
        frame = top.frame;
    });
    Guard::of(frame, local)
}

/// A guard for `local`, which holds a value.
#[inline]
pub(crate) fn bind(place: Place, local: u32, shown: Shown<'_>) -> Guard {
    if locals_are_on() { bound(place, local, shown) } else { Guard::off() }
}

#[inline(never)]
fn bound(place: Place, local: u32, shown: Shown<'_>) -> Guard {
    let mut guard = Guard::of(0, local);
    let text = text_of(shown);
    on_top(|state, top| {
        state.end_drop();
        guard.frame = top.frame;
        let slot = state.next_slot();
        guard.watch().hold(place, slot);
        record_bind(state, (top.frame, local, slot, true), place, text.as_ref());
    });
    recorded();
    guard
}

/// Records that `local` holds a value, and does not watch it.
#[inline]
pub(crate) fn show(place: Place, local: u32, shown: Shown<'_>) {
    if locals_are_on() {
        showed(place, local, shown);
    }
}

#[inline(never)]
fn showed(place: Place, local: u32, shown: Shown<'_>) {
    let text = text_of(shown);
    on_top(|state, top| {
        state.end_drop();
        let slot = state.next_slot();
        record_bind(state, (top.frame, local, slot, true), place, text.as_ref());
    });
    recorded();
}

/// The text of a value, if it is asked for: the program's own code, which runs after the drop that was open.
#[inline]
fn text_of(shown: Shown<'_>) -> Option<Text> {
    shown.and_then(|shown| {
        on_top(|state, _| state.end_drop());
        Text::of(shown)
    })
}

/// Records that a local of a frame holds a value; whether its slot has the next number.
#[inline]
fn record_bind(
    state: &State,
    (frame, local, slot, is_next): (u64, u32, u32, bool),
    (addr, ty): Place,
    text: Option<&Text>,
) {
    let memory = Slot { addr, bytes: ty.bytes };
    scope::holds(state, (local, ty), memory);
    let ty = describe::ty(ty);
    let facts = bind::BASE.put(memory.base().into())
        | bind::TEXT.put(text.is_some().into())
        | bind::NEXT.put(is_next.into());
    let is_near =
        memory.words() <= 32 && bind::LOCAL.fits(local.into()) && (is_next || bind::SLOT.fits(slot.into()));
    state.record(frame, Order::Own, move |to, _| {
        if let Some(depth) = state.depth(addr).filter(|_| is_near) {
            let slot = bind::SLOT.put(slot.into()) | bind::LOCAL.put(local.into()) | bind::TYPE.put(ty);
            to.push(Kind::Bind as u64 | facts | slot);
            let place = to.skip(1);
            let mask = memory.write(to);
            to.put(place, bind::DEPTH.put(depth) | bind::MASK.put(mask));
        } else {
            to.push(Kind::BindFar as u64 | facts);
            to.push(pair(slot, local));
            to.push(ty);
            to.push(addr as u64);
            memory.write_with_masks(to);
        }
        if let Some(text) = text {
            to.text(text.as_str());
        }
    });
}

impl Watch {
    fn hold(&self, (addr, ty): Place, slot: u32) {
        self.ty.store(std::ptr::from_ref(ty).cast_mut(), Relaxed);
        self.addr.store(addr, Relaxed);
        self.slot.store(slot, Relaxed);
        self.holds.store(Holds::Value as u8, Relaxed);
    }
}

impl Guard {
    #[inline]
    const fn off() -> Self {
        Self { frame: 0, watch: MaybeUninit::uninit() }
    }

    const fn of(frame: u64, local: u32) -> Self {
        let watch = Watch {
            ty: AtomicPtr::new(std::ptr::null_mut()),
            addr: AtomicUsize::new(0),
            slot: AtomicU32::new(UNNUMBERED),
            local,
            holds: AtomicU8::new(Holds::Nothing as u8),
            holds_nothing: AtomicUsize::new(0),
        };
        Self { frame, watch: MaybeUninit::new(watch) }
    }

    /// Only for a guard that [`of`](Self::of) made.
    #[inline]
    fn watch(&self) -> &Watch {
        // SAFETY: only guards that `of` made, which writes this, get a frame that is not 0; callers have looked at the
        // frame, or set it.
        unsafe { self.watch.assume_init_ref() }
    }

    /// Whether the local's slot is at this address.
    pub(crate) fn is_at(&self, addr: usize) -> bool {
        self.frame != 0 && self.watch().addr.load(Relaxed) == addr
    }

    /// The local holds a new value.
    #[inline]
    pub(crate) fn assign(&self, place: Place, shown: Shown<'_>) {
        if self.frame != 0 {
            self.assigned_now(place, shown);
        }
    }

    #[inline(never)]
    fn assigned_now(&self, place: Place, shown: Shown<'_>) {
        let text = text_of(shown);
        self.on_top(|state| {
            let is_first = self.slot() == UNNUMBERED;
            let slot = if is_first { state.next_slot() } else { self.slot() };
            self.watch().hold(place, slot);
            let local = (self.frame, self.watch().local, slot, is_first);
            record_bind(state, local, place, text.as_ref());
        });
    }

    /// The local's value is about to be overwritten.
    #[inline]
    pub fn replaced(&self) {
        if self.frame != 0 {
            self.replaced_now();
        }
    }

    #[inline(never)]
    fn replaced_now(&self) {
        self.on_top(|state| {
            let holds = self.holds();
            if self.needs_drop() && holds.anything() {
                self.record_drop(state, Reason::Reassigned, holds);
            }
            // Nothing can fail between here and the assignment but the old value's drop: even then the
            // new value goes into the slot, and is dropped there.
            self.set(Holds::Value);
        });
    }

    /// Why it is not certain that a part of the local that is assigned to holds anything.
    pub(crate) fn doubt_of_part(&self) -> Option<Doubt> {
        (self.frame != 0 && self.holds() != Holds::Value).then_some(Doubt::Rest)
    }

    /// A part of the local was assigned to: if parts were moved out, there is something again.
    #[inline]
    pub fn refilled(&self) {
        if self.frame != 0 {
            self.refilled_now();
        }
    }

    #[inline(never)]
    fn refilled_now(&self) {
        self.on_top(|_| {
            if self.holds() == Holds::Moved {
                self.set(Holds::PerhapsRest);
            }
        });
    }

    /// Asks, before a whole value is dropped, whether it holds anything.
    pub(crate) fn look_before_drop(&self, look: Look) {
        if self.frame != 0 {
            self.watch().holds_nothing.store((look as *const ()).expose_provenance(), Relaxed);
        }
    }

    /// What is there to be dropped.
    fn at_its_end(&self) -> Holds {
        let (holds, look) = (self.holds(), self.watch().holds_nothing.load(Relaxed));
        if look == 0 || holds != Holds::Value {
            return holds;
        }
        let look = std::ptr::with_exposed_provenance::<()>(look);
        // SAFETY: `look_before_drop` stored the address of a `Look`.
        let look = unsafe { std::mem::transmute::<*const (), Look>(look) };
        Holds::of_variant(look(self.watch().addr.load(Relaxed)))
    }

    /// The local's value was changed in place.
    #[inline]
    pub fn changed(&self) {
        if self.frame != 0 {
            self.changed_now();
        }
    }

    #[inline(never)]
    fn changed_now(&self) {
        self.on_top(|state| {
            if self.holds() == Holds::Value {
                self.record_scan(state);
            }
        });
    }

    pub(super) fn record_scan(&self, state: &State) {
        let bytes = self.ty().map_or(0, |ty| ty.bytes);
        let slot = Slot { addr: self.watch().addr.load(Relaxed), bytes };
        if bytes < size_of::<usize>() {
            return;
        }
        if let Some(ty) = self.ty() {
            scope::holds(state, (self.watch().local, ty), slot);
        }
        let number = self.slot();
        let base = scan::BASE.put(slot.base().into());
        state.record(self.frame, Order::Own, move |to, _| {
            if slot.words() <= 32 && scan::SLOT.fits(number.into()) {
                let place = to.skip(1);
                let mask = slot.write(to);
                let word = Kind::Scan as u64 | base | scan::SLOT.put(number.into()) | scan::MASK.put(mask);
                to.put(place, word);
            } else {
                to.push(Kind::ScanFar as u64 | base | HIGH.put(number.into()));
                slot.write_with_masks(to);
            }
        });
    }

    pub(super) fn record_drop(&self, state: &State, reason: Reason, holds: Holds) {
        self.record_scan(state);
        let partial = matches!(holds, Holds::Rest | Holds::PerhapsRest);
        let extra = drop_number(reason, partial, holds.doubt());
        scope::dropping(state, self.watch().local, holds.doubt().is_none());
        state.record_word(self.frame, Kind::Drop, extra, self.slot());
        state.top.set(Top { dropping: Some(Dropped::Local(self.watch().local)), ..state.top.get() });
    }

    /// Does `work` if the frame of the local is on top, after the drop that was open has ended.
    #[inline]
    pub(super) fn on_top(&self, work: impl FnOnce(&State)) {
        on_top(|state, top| {
            if top.frame == self.frame {
                state.end_drop();
                work(state);
            } else {
                NON_LIFO.fetch_add(1, Relaxed);
            }
        });
        recorded();
    }

    #[inline(never)]
    fn ended(&self) {
        self.on_top(|state| {
            let holds = self.at_its_end();
            if self.needs_drop() && holds.anything() {
                self.record_drop(state, state.top.get().reason(), holds);
            }
        });
    }

    pub(super) fn slot(&self) -> u32 {
        self.watch().slot.load(Relaxed)
    }

    fn ty(&self) -> Option<&'static Type> {
        // SAFETY: the pointer is null or comes from the `&'static Type` that `assign` stored.
        unsafe { self.watch().ty.load(Relaxed).as_ref() }
    }

    pub(super) fn needs_drop(&self) -> bool {
        self.ty().is_some_and(|ty| ty.needs_drop)
    }

    pub(super) fn holds(&self) -> Holds {
        Holds::from(self.watch().holds.load(Relaxed))
    }

    pub(super) fn set(&self, holds: Holds) {
        self.watch().holds.store(holds as u8, Relaxed);
    }
}

impl Drop for Guard {
    #[inline]
    fn drop(&mut self) {
        if self.frame != 0 {
            self.ended();
        }
    }
}
