//! Writing down what the program does: the hot half, and the only one with `unsafe` in it.
//!
//! Every thread appends to a lane of its own ([`lane`]); full chunks go to an unlinked file
//! ([`spool`]); [`drain`] reads all of it back in order. Nothing on the way from a hook to a chunk
//! allocates, locks, formats or panics.

pub(crate) mod binding;
pub(crate) mod cursor;
pub(crate) mod decode;
pub(crate) mod describe;
pub(crate) mod drain;
mod epoch;
pub(crate) mod filter;
pub(crate) mod frame;
pub(crate) mod future;
mod gate;
pub(crate) mod guard;
pub(crate) mod heap;
mod holds;
pub(crate) mod kept;
pub(crate) mod lane;
mod moves;
mod numbers;
pub(crate) mod operand;
#[cfg(not(unix))]
mod other;
pub(crate) mod owned;
pub(crate) mod payload;
mod pool;
mod quick;
pub(crate) mod reserve;
mod rows;
pub(crate) mod scope;
mod slot;
pub(crate) mod spans;
pub(crate) mod spool;
pub(crate) mod statement;
mod sync;
pub(crate) mod sys;
mod table;
pub(crate) mod temporary;
#[cfg(test)]
mod tests;
mod text;
pub(crate) mod thread;
#[cfg(unix)]
mod unix;
pub(crate) mod variants;
pub(crate) mod violations;
pub(crate) mod word;

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};

/// Whether anything is recorded.
///
/// The numbers let the hooks ask with one comparison: below `Recording` there is nothing to do, above it something rare;
/// and an odd one is off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Phase {
    /// No traced function has run yet.
    New = 0,
    /// Switched off, ended, or a forked child.
    Off = 1,
    /// Events are written down.
    Recording = 2,
    /// Off, while the last report is made.
    Ending = 3,
    /// The first one is opening the session.
    Starting = 4,
    /// Off: the tracer has got no memory, and used its reserve.
    Empty = 5,
}

/// Who reads the records while the program goes on.
#[derive(Debug)]
pub(crate) struct Reader {
    /// Reads what is there.
    pub(crate) read: fn(),
    /// The same, inside a hook: nothing is written to a standard stream.
    pub(crate) make_room: fn(),
    /// The outermost `stack_only` frame of the thread ended; whether it may panic, and whether it is a test's.
    pub(crate) stack_only_ended: fn(bool, bool),
}

/// Set once, before the first record.
pub(crate) static READER: OnceLock<Reader> = OnceLock::new();

/// When the records are read while the program goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Reads {
    /// Not at all.
    AtExit,
    /// When a thread is in no traced frame any more.
    AtRoots,
    /// When anything but a heap event was recorded.
    Always,
}

static READS: AtomicU8 = AtomicU8::new(Reads::AtExit as u8);

/// Sets when the records are read.
pub(crate) fn read_when(reads: Reads) {
    READS.store(reads as u8, Ordering::Relaxed);
}

/// Something other than a heap event was recorded.
#[inline]
fn recorded() {
    if READS.load(Ordering::Relaxed) == Reads::Always as u8 {
        read();
    }
}

/// Whether records are read when a thread is in no traced frame any more.
#[inline]
fn reads_at_roots() -> bool {
    READS.load(Ordering::Relaxed) == Reads::AtRoots as u8
}

/// A frame has left its thread, which is in no traced frame now if it was the `outermost`.
#[inline]
fn left(outermost: bool) {
    if outermost && reads_at_roots() {
        read();
    } else {
        recorded();
    }
}

/// Has the records read because there is no room for more.
#[cold]
fn make_room() {
    if let Some(reader) = READER.get() {
        thread::cold_in_hook(reader.make_room);
    }
}

#[cold]
fn read() {
    if let Some(reader) = READER.get() {
        (reader.read)();
    }
}

static PHASE: AtomicU8 = AtomicU8::new(Phase::New as u8);
/// Whether events are recorded, and nobody reads or is told of each at once.
static QUICK: AtomicBool = AtomicBool::new(false);
/// Whether locals are recorded while anything is.
static WITH_LOCALS: AtomicBool = AtomicBool::new(true);
/// The same, and something is.
static LOCALS: AtomicBool = AtomicBool::new(false);
static INSTALLED: AtomicBool = AtomicBool::new(false);

/// Events that could not be written in their place, by reason.
pub(crate) static SKIPPED: AtomicU64 = AtomicU64::new(0);
/// Frames and guards that ended out of order.
pub(crate) static NON_LIFO: AtomicU64 = AtomicU64::new(0);

/// The phase now.
pub(crate) fn phase() -> Phase {
    match PHASE.load(Ordering::Acquire) {
        0 => Phase::New,
        2 => Phase::Recording,
        4 => Phase::Starting,
        _ => Phase::Off,
    }
}

/// Whether events are recorded now: one relaxed load, for what every statement of a traced function asks.
#[inline]
pub(crate) fn is_on() -> bool {
    PHASE.load(Ordering::Relaxed) == Phase::Recording as u8
}

/// Whether events are recorded now, and nobody reads or is told of each at once.
#[inline]
fn is_quick() -> bool {
    QUICK.load(Ordering::Acquire)
}

/// Whether locals and temporaries are recorded now.
#[inline]
pub(crate) fn locals_are_on() -> bool {
    LOCALS.load(Ordering::Relaxed)
}

/// Records frames and heap events only.
pub(crate) fn leave_out_locals() {
    WITH_LOCALS.store(false, Ordering::Relaxed);
}

/// Whether nothing is recorded any more: the same, for what every frame asks.
#[inline]
pub(crate) fn is_off() -> bool {
    PHASE.load(Ordering::Relaxed) & 1 != 0
}

/// Claims the start: true for exactly one thread of the process.
pub(crate) fn claim_start() -> bool {
    let (new, starting) = (Phase::New as u8, Phase::Starting as u8);
    PHASE.compare_exchange(new, starting, Ordering::AcqRel, Ordering::Acquire).is_ok()
}

/// Moves on to `phase`. What has used the reserve stays off: its blocks are still there.
pub(crate) fn set_phase(phase: Phase) {
    let goes_on = |now| (now != Phase::Empty as u8).then_some(phase as u8);
    let on = phase == Phase::Recording && !is_empty() && WITH_LOCALS.load(Ordering::Relaxed);
    LOCALS.store(on, Ordering::Relaxed);
    let _ = PHASE.fetch_update(Ordering::Release, Ordering::Relaxed, goes_on);
    let at_once = READS.load(Ordering::Relaxed) == Reads::Always as u8 || spans::is_listened_to();
    QUICK.store(phase == Phase::Recording && !is_empty() && !at_once, Ordering::Release);
}

/// The reserve is used: nothing is recorded any more.
#[cold]
fn empty() {
    LOCALS.store(false, Ordering::Relaxed);
    QUICK.store(false, Ordering::Relaxed);
    PHASE.store(Phase::Empty as u8, Ordering::Release);
}

/// Whether the tracer has got no memory.
pub(crate) fn is_empty() -> bool {
    PHASE.load(Ordering::Relaxed) == Phase::Empty as u8
}

/// Whether `Alloc` is the global allocator: asks with a block that passes through it.
/// To be called while [`Phase::Starting`].
pub(crate) fn allocator_installed() -> bool {
    drop(std::hint::black_box(Box::new(std::hint::black_box(0_u8))));
    INSTALLED.load(Ordering::Relaxed)
}

/// Whether a block has passed through `Alloc` when it was asked for, without asking now.
pub(crate) fn was_installed() -> bool {
    INSTALLED.load(Ordering::Relaxed) || scope::was_installed()
}

pub(crate) use decode::name_of;

/// What the hooks ask first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    /// Nothing is recorded.
    Nothing,
    /// It is recorded.
    Recording,
    /// The session begins or ends, or the reserve is in use.
    Rare,
}

/// A hook that runs during the start proves that it is installed.
#[inline]
fn asked() -> Asked {
    let phase = PHASE.load(Ordering::Relaxed);
    if phase < Phase::Recording as u8 {
        return Asked::Nothing;
    }
    if phase == Phase::Recording as u8 { Asked::Recording } else { Asked::Rare }
}

/// A hook has run in a phase that is rare.
#[cold]
fn hook_ran() {
    if PHASE.load(Ordering::Relaxed) == Phase::Starting as u8 {
        INSTALLED.store(true, Ordering::Relaxed);
    }
}
