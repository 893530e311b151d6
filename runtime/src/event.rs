//! The events of a trace, as every reader sees them: numbers resolved to names, addresses to regions.

use std::sync::Arc;

use crate::record::Reason;
use crate::site::Into;

/// One event of a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Position in the total order over all threads, from 1.
    pub seq: u64,
    /// Nanoseconds since the trace began.
    pub at_ns: u64,
    /// Thread number, from 1.
    pub thread: u32,
    /// The innermost traced frame, if one was active.
    pub frame: Option<u64>,
    /// What happened.
    pub kind: Kind,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A traced function starts.
    Enter(Enter),
    /// A traced function ends.
    Exit(How),
    /// A local starts to hold a value.
    Bind(Bind),
    /// A local's value is moved out.
    Move(Move),
    /// The drop glue of a local is about to run.
    Drop(Drop),
    /// A heap block begins.
    Alloc(Heap),
    /// A heap block changes its size, and perhaps its address.
    Realloc(Realloc),
    /// A heap block ends.
    Free(Free),
    /// What a changed local points at now, or points at just before it is moved or dropped.
    Scan(Scan),
}

/// See [`Kind::Enter`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enter {
    /// Path of the function.
    pub function: Arc<str>,
    /// Source file.
    pub file: Arc<str>,
    /// Line of the function's name.
    pub line: u32,
    /// The frame that called it, if traced.
    pub parent: Option<u64>,
    /// An address inside its stack frame.
    pub addr: usize,
    /// Bytes of stack between the parent frame's address and this one's.
    pub stack_bytes: Option<usize>,
    /// The local of the parent frame whose drop makes this call, if it is one.
    pub dropping: Option<Local>,
    /// The thread's name; only on the outermost frame of a thread.
    pub thread_name: Option<Arc<str>>,
}

/// How a frame ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each name is the word the trace prints")]
pub enum How {
    Return,
    Unwind,
    Cancelled,
}

/// Which local of a frame an event is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Local {
    /// Its name.
    pub name: Arc<str>,
    /// Tells locals of one name in a frame apart; kept from `bind` to `drop`.
    pub slot: u32,
}

/// See [`Kind::Bind`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bind {
    /// The local.
    pub local: Local,
    /// Its type.
    pub type_name: Arc<str>,
    /// Size of its slot.
    pub bytes: usize,
    /// Address of its slot.
    pub addr: usize,
    /// Line of its name.
    pub line: u32,
    /// Whether it is a parameter.
    pub param: bool,
    /// Whether going out of scope runs anything.
    pub needs_drop: bool,
    /// The pointers inside the slot.
    pub points_to: Vec<Pointer>,
    /// The value's `Debug` text, where asked for.
    pub value: Option<Arc<str>>,
}

/// A pointer inside a slot, and the region it points to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pointer {
    /// Byte offset in the slot.
    pub offset: u32,
    /// Where it points.
    pub region: Region,
}

/// Where an address lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Region {
    /// A heap block of this trace; `owns` if the local it was found in keeps the block alive.
    Heap {
        /// Block number.
        block: u64,
        /// The block's size now.
        bytes: usize,
        /// Whether the local is the block's owner (and not a borrower).
        owns: bool,
    },
    /// The stack of a thread, inside the named local if it is known.
    Stack {
        /// Thread number.
        thread: u32,
        /// The local whose slot contains the address.
        local: Option<Arc<str>>,
    },
    /// The program's own image: literals, constants, statics.
    Static,
    /// A reference to none of these: memory from before the trace, or outside the global allocator.
    Unknown,
}

/// See [`Kind::Move`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// The local.
    pub local: Local,
    /// Line of the move.
    pub line: u32,
    /// What takes the value.
    pub into: Into,
    /// Whether only a part is moved.
    pub partial: bool,
    /// Whether it is known that the value moves here.
    pub certain: bool,
}

/// See [`Kind::Drop`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drop {
    /// The local.
    pub local: Local,
    /// Why it is dropped.
    pub reason: Reason,
    /// Whether some of it was moved out before.
    pub partial: bool,
    /// Why it is not certain that anything runs, if so.
    pub doubt: Option<crate::record::Doubt>,
}

/// See [`Kind::Scan`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scan {
    /// The local.
    pub local: Local,
    /// The pointers inside its slot.
    pub points_to: Vec<Pointer>,
}

/// See [`Kind::Alloc`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heap {
    /// Block number, from 1.
    pub block: u64,
    /// Size asked for.
    pub bytes: usize,
    /// Alignment asked for.
    pub align: usize,
    /// Address.
    pub addr: usize,
    /// The statement of the innermost traced frame.
    pub at: Option<crate::site::Position>,
}

/// See [`Kind::Realloc`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Realloc {
    /// The block as it is now.
    pub heap: Heap,
    /// Address before.
    pub old_addr: usize,
    /// Size before.
    pub old_bytes: usize,
}

/// See [`Kind::Free`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Free {
    /// The block as it was.
    pub heap: Heap,
    /// How long it lived, in nanoseconds.
    pub lived_ns: u64,
    /// The thread that allocated it, if not the one that frees it.
    pub alloc_thread: Option<u32>,
    /// The local whose drop frees it, if it is one.
    pub dropping: Option<Local>,
}
