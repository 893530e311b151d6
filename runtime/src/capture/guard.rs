//! Locals: what they hold, and where it goes.
//!
//! A guard lies between the locals of a body and is dropped just before the local it watches. It
//! remembers the slot as a plain number, borrows nothing, and is `Send` and `Sync` so that a
//! closure that mentions it stays what it was.

use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicPtr, AtomicU8, AtomicU32, AtomicUsize, Ordering::Relaxed};

use crate::record::{Doubt, Reason};
use crate::site::Type;

use super::binding::{Place, Shown, record_bind, text_of, write_scan};
use super::holds::Holds;
use super::numbers::drop_number;
use super::quick::{Quick, Slow, Way, on_top, quickly};
use super::slot::Slot;
use super::thread::{Dropped, Top};
use super::word::{HIGH, Kind, scan};
use super::{NON_LIFO, recorded, scope};

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
    pub(crate) const fn off() -> Self {
        Self { frame: 0, watch: MaybeUninit::uninit() }
    }

    /// Of a local of a frame (0: of none) that holds nothing.
    pub(super) const fn declared(frame: u64, local: u32) -> Self {
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

    /// Of a local of a frame that holds a value.
    #[inline]
    pub(super) fn holding(frame: u64, (addr, ty): Place, local: u32, slot: u32) -> Self {
        let watch = Watch {
            ty: AtomicPtr::new(std::ptr::from_ref(ty).cast_mut()),
            addr: AtomicUsize::new(addr),
            slot: AtomicU32::new(slot),
            local,
            holds: AtomicU8::new(Holds::Value as u8),
            holds_nothing: AtomicUsize::new(0),
        };
        Self { frame, watch: MaybeUninit::new(watch) }
    }

    /// Only for a guard whose frame is not 0.
    #[inline]
    fn watch(&self) -> &Watch {
        // SAFETY: only `declared` and `holding` make guards whose frame is not 0, and both write this; callers have
        // looked at the frame.
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
        self.on_top(|way| {
            let is_first = self.slot() == UNNUMBERED;
            let slot = if is_first { way.state().next_slot() } else { self.slot() };
            self.watch().hold(place, slot);
            record_bind(way, (self.watch().local, slot, is_first), place, text.as_ref());
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
        self.on_top(|way| {
            // The new value was never there.
            if way.state().top.get().unwinding() {
                return;
            }
            let holds = self.holds();
            if self.needs_drop() && holds.anything() {
                self.record_drop(way, Reason::Reassigned, holds);
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
        self.on_top(|way| {
            if self.holds() == Holds::Value {
                self.record_scan(way);
            }
        });
    }

    /// The local's memory, if it can hold an address.
    #[inline]
    fn memory(&self) -> Option<Slot> {
        let bytes = self.ty().map_or(0, |ty| ty.bytes);
        (bytes >= size_of::<usize>()).then(|| Slot { addr: self.watch().addr.load(Relaxed), bytes })
    }

    /// Whether what [`record_scan`](Self::record_scan) writes is short.
    #[inline]
    pub(super) fn scan_is_near(&self) -> bool {
        scan::SLOT.fits(self.slot().into()) && self.memory().is_none_or(Slot::is_small)
    }

    #[cold]
    #[inline(never)]
    fn record_far_scan(&self, way: &mut impl Way, memory: Slot) {
        let facts = scan::BASE.put(memory.base().into()) | HIGH.put(self.slot().into());
        way.write(|to| {
            to.push(Kind::ScanFar as u64 | facts);
            memory.write_with_masks(to);
        });
    }

    #[inline]
    pub(super) fn record_scan(&self, way: &mut impl Way) {
        let (Some(memory), Some(ty)) = (self.memory(), self.ty()) else { return };
        scope::holds(way.state(), (self.watch().local, ty), memory);
        if self.scan_is_near() {
            way.write(|to| write_scan(to, memory, self.slot()));
        } else {
            self.record_far_scan(way, memory);
        }
    }

    #[inline]
    pub(super) fn record_drop(&self, way: &mut impl Way, reason: Reason, holds: Holds) {
        self.record_scan(way);
        let partial = matches!(holds, Holds::Rest | Holds::PerhapsRest);
        let extra = drop_number(reason, partial, holds.doubt());
        scope::dropping(way.state(), self.watch().local, holds.doubt().is_none());
        self.announce(way, extra);
    }

    #[inline]
    fn announce(&self, way: &mut impl Way, extra: u8) {
        way.write_word(Kind::Drop, extra, self.slot());
        way.drops(Dropped::local(self.watch().local));
    }

    /// Does `work` if the frame of the local is on top, after the drop that was open has ended.
    #[inline]
    pub(super) fn on_top(&self, work: impl FnOnce(&mut Slow<'_>)) {
        on_top(|way, top| {
            if top.frame == self.frame {
                way.end_drop();
                work(way);
            } else {
                NON_LIFO.fetch_add(1, Relaxed);
            }
        });
        recorded();
    }

    #[inline(never)]
    fn ended(&self) {
        if std::thread::panicking() || quickly(|way, top| self.end_quickly(way, top)).is_none() {
            self.end_slowly();
        }
    }

    /// The end of a local that holds nothing, or a whole value and nothing in its variant has to be looked at.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "it is most of the only caller")]
    fn end_quickly(&self, way: &mut Quick<'_>, top: Top) -> Option<()> {
        let watch = self.watch();
        let holds = watch.holds.load(Relaxed);
        let is_doubtful = (Holds::Rest as u8..Holds::Moved as u8).contains(&holds);
        if top.frame != self.frame || is_doubtful || watch.holds_nothing.load(Relaxed) != 0 {
            return None;
        }
        if !self.needs_drop() || holds != Holds::Value as u8 {
            way.end_drop();
            return Some(());
        }
        if !self.scan_is_near() {
            return None;
        }
        way.end_drop();
        if let Some(memory) = self.memory() {
            way.write(|to| write_scan(to, memory, self.slot()));
        }
        self.announce(way, drop_number(Reason::ScopeEnd, false, None));
        Some(())
    }

    #[cold]
    #[inline(never)]
    fn end_slowly(&self) {
        self.on_top(|way| self.end_on(way));
    }

    #[inline]
    fn end_on(&self, way: &mut impl Way) {
        let holds = self.at_its_end();
        if self.needs_drop() && holds.anything() {
            self.record_drop(way, way.state().top.get().reason(), holds);
        }
    }

    pub(super) fn slot(&self) -> u32 {
        self.watch().slot.load(Relaxed)
    }

    fn ty(&self) -> Option<&'static Type> {
        // SAFETY: the pointer is null or comes from a `&'static Type`, of `holding` or `hold`.
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
