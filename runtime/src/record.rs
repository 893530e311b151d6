//! What capture writes down: facts as the program produced them, addresses unresolved.
//!
//! Records come in the order of `seq`, which is total over all threads and has no gaps: whoever reads what the threads
//! wrote gives the numbers. `report::Resolver` turns records into [`Event`](crate::event::Event)s.

use crate::site::{Function, Type};

/// One fact.
///
/// ```
/// use trace_memory::record::{Fact, Record};
///
/// let end = Record { seq: 7, at_ns: 1_200, thread: 1, fact: Fact::ThreadEnd };
/// assert!(matches!(end.fact, Fact::ThreadEnd));
/// ```
#[derive(Clone, Debug)]
pub struct Record {
    /// Position in the total order over all threads, from 1.
    pub seq: u64,
    /// Nanoseconds since the trace began; where the clock is coarse, when the thread last looked at it.
    pub at_ns: u64,
    /// Thread number, from 1.
    pub thread: u32,
    /// What happened.
    pub fact: Fact,
}

/// What happened. `frame` is 0 where no traced frame was active on the thread.
#[derive(Clone, Debug)]
pub enum Fact {
    /// First record of a thread: its name, and the addresses its stack occupies (0..0 if unknown).
    Thread { name: Option<String>, stack: core::ops::Range<usize> },
    /// A traced body starts. `addr` is an address inside its stack frame.
    Enter { frame: u64, parent: u64, function: &'static Function, path: &'static str, addr: usize },
    /// A traced body ended.
    Exit { frame: u64, how: How },
    /// The future of a traced body is pending; `statement` as in `Alloc`.
    Suspend { frame: u64, statement: u32 },
    /// It is polled again, or dropped unfinished: by `parent` (0: by nothing traced), with `addr` as in
    /// `Enter`.
    Resume { frame: u64, parent: u64, addr: usize },
    /// A local starts to hold a value. `local` indexes `Function::locals`; `slot` is unique in the frame
    /// and kept until the drop. `words` are the slot's pointer-sized words, with their byte offsets
    /// (those that cannot be an address are left out).
    Bind {
        frame: u64,
        slot: u32,
        local: u32,
        ty: &'static Type,
        addr: usize,
        words: Vec<Word>,
        value: Option<String>,
    },
    /// The words of a slot, read again: before a drop or a move, and after the local was changed.
    Scan { frame: u64, slot: u32, words: Vec<Word> },
    /// A local's value (or part of it) is moved out. `site` indexes `Function::moves`.
    Move { frame: u64, slot: u32, site: u32, partial: bool, certain: bool },
    /// The drop glue of a local is about to run.
    Drop { frame: u64, slot: u32, reason: Reason, partial: bool, doubt: Option<Doubt> },
    /// The drop glue of a value without a name is about to run: of a temporary, or of what a place (a field, an
    /// element) holds. `site` indexes `Function::temporaries`; `slot` is a number of its own.
    DropUnnamed {
        frame: u64,
        slot: u32,
        site: u32,
        reason: Reason,
        partial: bool,
        place: bool,
        doubt: Option<Doubt>,
    },
    /// The drop glue announced by the frame's last `Drop` or `DropUnnamed` has finished.
    Dropped { frame: u64 },
    /// `statement` indexes `Function::statements` of the frame (`u32::MAX`: none yet).
    Alloc { frame: u64, statement: u32, addr: usize, bytes: usize, align: usize },
    /// Written before the memory goes back to the allocator.
    Free { frame: u64, statement: u32, addr: usize, bytes: usize, align: usize },
    /// Written before a reallocation; the `Reallocated` or `ReallocFailed` of the same thread follows
    /// as the thread's next heap record.
    Reallocating { frame: u64, statement: u32, addr: usize, bytes: usize, align: usize },
    /// The reallocation succeeded: new address and size.
    Reallocated { addr: usize, bytes: usize },
    /// The reallocation failed: the old block lives on.
    ReallocFailed,
    /// The heap event before this one (`Alloc`) or behind it (the others) breaks the rule of a `stack_only` function,
    /// which is that of frame `rule`.
    Violation { frame: u64, rule: u64, statement: u32, what: Broken, addr: usize, bytes: usize },
    /// The traced thread ended.
    ThreadEnd,
}

/// How a function that is `stack_only` used the heap.
///
/// ```
/// use trace_memory::record::Broken;
///
/// assert_ne!(Broken::Alloc, Broken::Free);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each name is the word the trace prints")]
pub enum Broken {
    Alloc,
    Realloc,
    Free,
}

/// A pointer-sized word of a slot.
///
/// ```
/// let word = trace_memory::record::Word { offset: 8, value: 0x7f00_1000 };
/// assert_eq!(word.offset, 8);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// Byte offset in the slot.
    pub offset: u32,
    /// The word.
    pub value: usize,
}

/// How a frame ended.
///
/// `Return`: by returning, `?` included. `Unwind`: a panic passed through it. `Cancelled`: its future was
/// dropped unfinished.
///
/// ```
/// use trace_memory::event::How;
///
/// assert_ne!(How::Return, How::Unwind);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each name is the word the trace prints")]
pub enum How {
    Return,
    Unwind,
    Cancelled,
}

/// Why a local is dropped.
///
/// `ScopeEnd`: its scope ends, also by `return`, `?` or `break`. `Reassigned`: a new value takes its
/// place. `Unwind`: a panic passes through its scope. `Explicit`: the program calls `drop`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each name is the word the trace prints")]
pub enum Reason {
    ScopeEnd,
    Reassigned,
    Unwind,
    Explicit,
}

/// Why it is not certain that a drop runs anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// Fields were moved out, and whether the rest needs dropping cannot be told from outside.
    Rest,
    /// Something that cannot be asked about may have moved it: a closure that captures it, a macro of
    /// unknown meaning, or an expression with control flow inside.
    MaybeMoved,
    /// It is an enum that other paths take apart, and the variant that is left may hold nothing.
    Variant,
}
