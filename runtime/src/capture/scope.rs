//! Measured scopes: what `measure` and budgets count, in numbers and by place.
//!
//! A thread has a chain of open scopes, innermost first. A hook adds what happens to each of them. What a scope
//! holds is made when it is opened, with room of a fixed size: what finds no room is counted.

mod live;
mod open;
mod tally;
#[cfg(feature = "tracing")]
mod totals;

use std::alloc::Layout;
use std::cell::Cell;
use std::mem::ManuallyDrop;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};

use crate::site::{Function, Type};

use super::slot::Slot;
use super::thread::{Busy, State, Top, with};

use self::live::{Entry, Inserted};
pub(crate) use self::open::{Found, Handle, Refusal, Scope};
pub(crate) use self::tally::{Counts, Dropped, Site, Tally};
#[cfg(feature = "tracing")]
pub(crate) use self::totals::{Totals, count_totals, end_totals, totals};

/// How many scopes are open in the process: what every hook asks first.
static OPEN: AtomicUsize = AtomicUsize::new(0);
/// Whether a hook of the allocator has run while a scope was open.
static INSTALLED: AtomicBool = AtomicBool::new(false);
/// Whether frames are followed and nothing is recorded.
static MUTED: AtomicBool = AtomicBool::new(false);

/// A place in a traced body.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At {
    pub(crate) function: &'static Function,
    pub(crate) path: fn() -> &'static str,
    /// `u32::MAX` before the first statement.
    pub(crate) statement: u32,
}

/// A local that points to a block.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Owner {
    pub(crate) function: &'static Function,
    pub(crate) local: u32,
    pub(crate) ty: &'static Type,
}

impl At {
    fn is(&self, other: &Self) -> bool {
        std::ptr::eq(self.function, other.function) && self.statement == other.statement
    }

    fn of(top: &Top) -> Option<Self> {
        let (function, path) = top.body()?;
        Some(Self { function, path, statement: top.statement })
    }
}

/// A scope, as far as threads share it.
#[derive(Debug)]
struct Shared {
    tally: Mutex<Tally>,
    is_open: AtomicBool,
    /// The thread that opened it.
    thread: usize,
    /// Other threads that work for it now.
    helpers: AtomicU32,
}

/// A scope in the chain of a thread.
#[derive(Debug)]
pub(crate) struct Node {
    shared: Arc<Shared>,
    parent: Option<Arc<Node>>,
}

impl Node {
    fn chain(&self) -> impl Iterator<Item = &Node> {
        std::iter::successors(Some(self), |node| node.parent.as_deref())
    }

    fn tally(&self) -> MutexGuard<'_, Tally> {
        locked(&self.shared.tally)
    }

    fn is_open(&self) -> bool {
        self.shared.is_open.load(Ordering::Relaxed)
    }
}

type Chain = Option<Arc<Node>>;

/// A reallocation that has not come back.
#[derive(Debug)]
struct Pending {
    bytes: usize,
    addr: usize,
    entry: Option<Entry>,
    /// Whether it counts: not while a value is shown.
    counts: bool,
    /// Whether its start was recorded, so that its end has to be.
    recorded: bool,
}

/// Of one thread. Nothing in it has a destructor, so it is there in every phase of a thread's life.
struct Here {
    chain: ManuallyDrop<Cell<Chain>>,
    pending: ManuallyDrop<Cell<Option<Pending>>>,
    #[cfg(feature = "tracing")]
    totals: Cell<Totals>,
}

thread_local! {
    static HERE: Here = const {
        Here {
            chain: ManuallyDrop::new(Cell::new(None)),
            pending: ManuallyDrop::new(Cell::new(None)),
            #[cfg(feature = "tracing")]
            totals: Cell::new(Totals::ZERO),
        }
    };
}

/// Takes a lock that is held for a moment only. Waits without the system: a hook may not sleep on another one.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    loop {
        match mutex.try_lock() {
            Ok(guard) => return guard,
            Err(TryLockError::Poisoned(guard)) => return PoisonError::into_inner(guard),
            Err(TryLockError::WouldBlock) => std::thread::yield_now(),
        }
    }
}

/// What tells this thread from others that are alive.
fn this_thread() -> usize {
    HERE.with(|here| std::ptr::from_ref(here).addr())
}

/// Whether any scope is open.
#[inline]
pub(crate) fn is_open() -> bool {
    OPEN.load(Ordering::Relaxed) != 0
}

/// Whether a hook of the allocator has run while a scope was open.
pub(super) fn was_installed() -> bool {
    INSTALLED.load(Ordering::Relaxed)
}

/// Whether records are thrown away.
#[inline]
pub(super) fn is_muted() -> bool {
    MUTED.load(Ordering::Relaxed)
}

/// From now on, records are thrown away.
pub(crate) fn mute() {
    MUTED.store(true, Ordering::Relaxed);
}

/// Does `work` with each scope that is open on this thread.
fn each(mut work: impl FnMut(&mut Tally)) {
    on_chain(|chain| {
        let nodes = chain.iter().flat_map(|node| node.chain());
        nodes.filter(|node| node.is_open()).for_each(|node| work(&mut node.tally()));
    });
}

fn on_chain<R>(work: impl FnOnce(&Chain) -> R) -> R {
    HERE.with(|here| {
        let chain = here.chain.take();
        let result = work(&chain);
        here.chain.set(chain);
        result
    })
}

/// A block begins.
#[inline]
pub(super) fn allocated(addr: usize, layout: Layout) {
    if is_open() && addr != 0 {
        begins(addr, layout.size());
    }
}

fn begins(addr: usize, bytes: usize) {
    if !was_installed() {
        INSTALLED.store(true, Ordering::Relaxed);
    }
    with(|state| {
        let Some(_busy) = state.busy(Busy::Hook) else { return };
        let at = At::of(&state.top.get());
        #[cfg(feature = "tracing")]
        totals::add(|totals| totals.allocated(bytes));
        each(|tally| tally.allocated(at, bytes));
        on_chain(|chain| {
            let Some(node) = chain.as_ref().filter(|node| node.chain().any(Node::is_open)) else { return };
            follow(state, addr, Entry { node: node.clone(), at, owned: false });
        });
    });
}

/// Takes note of a block, to see it end.
fn follow(state: &State, addr: usize, entry: Entry) {
    match live::insert(addr, entry) {
        Inserted::New => {}
        Inserted::InPlaceOf(entry) => forget(state, entry),
        Inserted::NoRoom(entry) => {
            entry.node.chain().for_each(|node| node.tally().untracked += 1);
            forget(state, entry);
        }
    }
}

/// Drops an entry. It may be the last to know a scope that has ended: then that is freed, which is no event.
fn forget(state: &State, entry: Entry) {
    let _cold = state.busy_from(Busy::Hook, Busy::Cold);
    drop(entry);
}

/// A block is about to end.
#[inline]
pub(super) fn freeing(addr: usize, layout: Layout) {
    if is_open() {
        ends(addr, layout.size());
    }
}

fn ends(addr: usize, bytes: usize) {
    with(|state| {
        let Some(marked) = state.busy_from(Busy::Value, Busy::Hook) else { return };
        // Whichever thread frees it: it is not left behind.
        if let Some(entry) = live::remove(addr) {
            entry.node.chain().for_each(|node| node.tally().given_back(entry.at, bytes));
            forget(state, entry);
        }
        if !marked.during(Busy::Value) {
            let at = At::of(&state.top.get());
            #[cfg(feature = "tracing")]
            totals::add(|totals| totals.freed(bytes));
            each(|tally| tally.freed(at, bytes));
        }
    });
}

/// A block is about to change; whether its outcome is to be told. `recorded` says that it is anyway.
#[inline]
pub(super) fn reallocating(addr: usize, layout: Layout, recorded: bool) -> bool {
    if is_open() { changes(addr, layout.size(), recorded) } else { recorded }
}

fn changes(addr: usize, bytes: usize, recorded: bool) -> bool {
    with(|state| {
        let Some(marked) = state.busy_from(Busy::Value, Busy::Hook) else { return recorded };
        let counts = !marked.during(Busy::Value);
        // Its address may belong to another thread's block before the outcome is told.
        let entry = live::remove(addr);
        HERE.with(|here| here.pending.set(Some(Pending { bytes, addr, entry, counts, recorded })));
        true
    })
}

/// The outcome of a reallocation; whether it is to be recorded.
pub(super) fn reallocated(addr: usize, new_bytes: usize) -> bool {
    let Some(pending) = HERE.with(|here| here.pending.take()) else { return true };
    let Pending { bytes, addr: old, entry, counts, recorded } = pending;
    with(|state| {
        let Some(_busy) = state.busy_from(Busy::Value, Busy::Hook) else { return };
        if addr != 0 && counts {
            let at = At::of(&state.top.get());
            #[cfg(feature = "tracing")]
            totals::add(|totals| totals.reallocated(bytes, new_bytes));
            each(|tally| tally.reallocated(at, (bytes, new_bytes)));
        }
        let Some(entry) = entry else { return };
        let (addr, new_bytes) = if addr == 0 { (old, bytes) } else { (addr, new_bytes) };
        entry.node.chain().for_each(|node| node.tally().resized(entry.at, (bytes, new_bytes)));
        follow(state, addr, entry);
    });
    recorded
}

/// A local of the frame on top has a value: does it point to a block of a scope? The thread is marked as busy.
#[inline]
pub(super) fn holds(state: &State, (local, ty): (u32, &'static Type), slot: Slot) {
    if is_open() && ty.needs_drop {
        owns(state, (local, ty), slot);
    }
}

fn owns(state: &State, (local, ty): (u32, &'static Type), slot: Slot) {
    let Some((function, _)) = state.top.get().body() else { return };
    let owner = Owner { function, local, ty };
    for word in slot.words_in() {
        if let Some(at) = live::claim(word) {
            each(|tally| tally.owned(at, owner));
        }
    }
}

/// A local of the frame on top is about to be dropped. The thread is marked as busy.
#[inline]
pub(super) fn dropping(state: &State, local: u32, certain: bool) {
    if is_open() {
        drops(state, local, certain);
    }
}

fn drops(state: &State, local: u32, certain: bool) {
    let Some((function, path)) = state.top.get().body() else { return };
    let here = this_thread();
    let dropped = Dropped { function, path, local, certain };
    on_chain(|chain| {
        let nodes = chain.iter().flat_map(|node| node.chain());
        let own = nodes.filter(|node| node.is_open() && node.shared.thread == here);
        own.for_each(|node| node.tally().drops.add(dropped));
    });
}
