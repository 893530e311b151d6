//! The events of a trace, as every reader sees them: numbers resolved to names, addresses to regions.
//!
//! [`Resolver`](crate::report::Resolver) makes them, [`Model`](crate::report::Model) and
//! [`json`](crate::wire::json) read them. Sizes are in bytes, times in nanoseconds; lines, columns,
//! threads, frames and blocks count from 1, slots and offsets from 0.

mod violation;

use std::sync::Arc;

use crate::record::Reason;
use crate::site::{BodyKind, Into, Position};

pub use self::violation::Violation;
pub use crate::record::{Broken, How};

/// One event of a trace.
///
/// ```
/// use trace_memory::event::{Event, How, Kind};
///
/// let event = Event { seq: 9, at_ns: 1_500, thread: 1, frame: Some(3), kind: Kind::Exit(How::Return) };
/// assert!(matches!(event.kind, Kind::Exit(How::Return)));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Position in the total order over all threads, from 1. It grows from event to event, with gaps:
    /// not every record of the trace becomes an event.
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
///
/// ```
/// use trace_memory::event::{Heap, Kind};
///
/// let alloc = Kind::Alloc(Heap { block: 1, bytes: 5, align: 1, addr: 0x1000, at: None });
/// assert!(matches!(alloc, Kind::Alloc(heap) if heap.bytes == 5));
/// ```
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
    /// A future is pending: its frame leaves the thread, at this statement.
    Suspend(Option<Position>),
    /// A future is polled again, or dropped unfinished.
    Resume(Resume),
    /// A function that is `stack_only` used the heap.
    Violation(Violation),
}

/// See [`Kind::Enter`].
///
/// ```
/// use trace_memory::event::Enter;
/// use trace_memory::site::BodyKind;
///
/// let enter = Enter {
///     function: "app::main".into(),
///     file: "src/main.rs".into(),
///     line: 3,
///     parent: None,
///     addr: 0x7ffc_1000,
///     stack_bytes: None,
///     dropping: None,
///     thread_name: Some("main".into()),
///     kind: BodyKind::Function,
/// };
/// assert!(enter.parent.is_none(), "an outermost frame");
/// ```
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
    /// An address on the stack at its frame: of the call that recorded the start.
    pub addr: usize,
    /// Bytes of stack between the parent frame's address and this one's: the frame itself and those of
    /// untraced functions between them. `None` if the parent is not traced or on another stack.
    pub stack_bytes: Option<usize>,
    /// The local of the parent frame whose drop makes this call, if it is one.
    pub dropping: Option<Local>,
    /// The thread's name; only on the outermost frame of a thread.
    pub thread_name: Option<Arc<str>>,
    /// Whether it is the frame of a call or of a future.
    pub kind: BodyKind,
}

/// See [`Kind::Resume`].
///
/// ```
/// use trace_memory::event::Resume;
///
/// let resume = Resume { function: "app::serve".into(), parent: None };
/// assert!(resume.parent.is_none(), "polled by nothing traced");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resume {
    /// Path of the function.
    pub function: Arc<str>,
    /// The traced frame that polls it, if there is one.
    pub parent: Option<u64>,
}

/// Which local of a frame an event is about.
///
/// ```
/// use trace_memory::event::Local;
///
/// let first = Local { name: "value".into(), slot: 0 };
/// let shadowing = Local { name: "value".into(), slot: 1 };
/// assert_ne!(first, shadowing);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Local {
    /// Its name.
    pub name: Arc<str>,
    /// Tells locals of one name in a frame apart; kept from `bind` to `drop`.
    pub slot: u32,
}

/// See [`Kind::Bind`].
///
/// ```
/// use trace_memory::event::{Bind, Local, Pointer, Region};
///
/// let bind = Bind {
///     local: Local { name: "s".into(), slot: 2 },
///     type_name: "alloc::string::String".into(),
///     bytes: 24,
///     addr: 0x7ffc_0f40,
///     line: 7,
///     param: false,
///     needs_drop: true,
///     points_to: vec![Pointer { offset: 8, region: Region::Heap { block: 1, bytes: 5, owns: true } }],
///     value: None,
///     inside: None,
///     part: None,
/// };
/// assert_eq!(bind.points_to.len(), 1);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bind {
    /// The local.
    pub local: Local,
    /// Its type, with the paths that [`std::any::type_name`] gives.
    pub type_name: Arc<str>,
    /// Size of its slot, in bytes.
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
    /// The value's `Debug` text, where asked for with `values`; cut after 256 bytes.
    pub value: Option<Arc<str>>,
    /// The heap block its slot is in, if it is not on the stack: of a future, in which its locals live.
    pub inside: Option<u64>,
    /// Of the `self` of a `drop`: which part of a local is dropped, as far as its address tells.
    pub part: Option<Arc<str>>,
}

/// A pointer inside a slot, and the region it points to.
///
/// ```
/// use trace_memory::event::{Pointer, Region};
///
/// let literal = Pointer { offset: 0, region: Region::Static };
/// assert_eq!(literal.region, Region::Static);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pointer {
    /// Byte offset in the slot.
    pub offset: u32,
    /// Where it points.
    pub region: Region,
}

/// Where an address lies.
///
/// ```
/// use trace_memory::event::Region;
///
/// let borrowed = Region::Heap { block: 1, bytes: 5, owns: false };
/// assert!(matches!(borrowed, Region::Heap { owns: false, .. }));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Region {
    /// A heap block of this trace; `owns` if the local it was found in keeps the block alive.
    Heap {
        /// Block number.
        block: u64,
        /// The block's size now, in bytes.
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
///
/// ```
/// use trace_memory::event::{Local, Move};
/// use trace_memory::site::Into;
///
/// let local = Local { name: "s".into(), slot: 2 };
/// let into_call = Move { local, line: 9, into: Into::Call, partial: false, certain: true };
/// assert!(into_call.certain);
/// ```
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
///
/// ```
/// use trace_memory::event::{Drop, DropOf, Local};
/// use trace_memory::record::Reason;
///
/// let local = Local { name: "s".into(), slot: 2 };
/// let (reason, of) = (Reason::ScopeEnd, DropOf::Local);
/// let drop = Drop { local, reason, partial: false, doubt: None, of, line: None };
/// assert!(drop.doubt.is_none(), "certain");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drop {
    /// The local.
    pub local: Local,
    /// Why it is dropped.
    pub reason: Reason,
    /// Whether some of it was moved out before.
    pub partial: bool,
    /// Why it is not certain that anything runs, if so; `None` means that it is certain.
    pub doubt: Option<crate::record::Doubt>,
    /// Whether it is a local, or a value without a name: then `local` has the text of its expression.
    pub of: DropOf,
    /// Line of that expression.
    pub line: Option<u32>,
}

/// What is dropped.
///
/// `Local`: what a local holds. `Temporary`: a value without a name. `Place`: what a field, an element or the
/// like holds, which gets a new value.
///
/// ```
/// use trace_memory::event::DropOf;
///
/// assert_ne!(DropOf::Local, DropOf::Temporary);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each name is explained above")]
pub enum DropOf {
    Local,
    Temporary,
    Place,
}

/// See [`Kind::Scan`].
///
/// ```
/// use trace_memory::event::{Local, Pointer, Region, Scan};
///
/// let grown = Pointer { offset: 8, region: Region::Heap { block: 1, bytes: 32, owns: true } };
/// let scan = Scan { local: Local { name: "list".into(), slot: 0 }, points_to: vec![grown] };
/// assert_eq!(scan.points_to[0].offset, 8);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scan {
    /// The local.
    pub local: Local,
    /// The pointers inside its slot.
    pub points_to: Vec<Pointer>,
}

/// See [`Kind::Alloc`].
///
/// ```
/// use trace_memory::event::Heap;
/// use trace_memory::site::Position;
///
/// let at = Some(Position { line: 7, column: 5 });
/// let heap = Heap { block: 1, bytes: 5, align: 1, addr: 0x1000, at };
/// assert_eq!(heap.block, 1);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heap {
    /// Block number, from 1.
    pub block: u64,
    /// Size asked for, in bytes.
    pub bytes: usize,
    /// Alignment asked for, in bytes.
    pub align: usize,
    /// Address.
    pub addr: usize,
    /// The statement of the innermost traced frame, if one was active and had begun one.
    pub at: Option<Position>,
}

/// See [`Kind::Realloc`].
///
/// ```
/// use trace_memory::event::{Heap, Realloc};
///
/// let heap = Heap { block: 1, bytes: 32, align: 4, addr: 0x2000, at: None };
/// let grown = Realloc { heap, old_addr: 0x1000, old_bytes: 16 };
/// assert!(grown.heap.bytes > grown.old_bytes);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Realloc {
    /// The block as it is now.
    pub heap: Heap,
    /// Address before.
    pub old_addr: usize,
    /// Size before, in bytes.
    pub old_bytes: usize,
}

/// See [`Kind::Free`].
///
/// ```
/// use trace_memory::event::{Free, Heap, Local};
///
/// let heap = Heap { block: 1, bytes: 5, align: 1, addr: 0x1000, at: None };
/// let dropping = Some(Local { name: "s".into(), slot: 2 });
/// let free = Free { heap, lived_ns: Some(4_000), alloc_thread: None, dropping };
/// assert!(free.alloc_thread.is_none(), "freed by the thread that allocated it");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Free {
    /// The block as it was.
    pub heap: Heap,
    /// How long it lived, in nanoseconds; `None` if the clock of the trace was too coarse to tell.
    pub lived_ns: Option<u64>,
    /// The thread that allocated it, if not the one that frees it.
    pub alloc_thread: Option<u32>,
    /// The local whose drop frees it, if it is one.
    pub dropping: Option<Local>,
}
