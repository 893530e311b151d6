//! A line of a JSON trace as it is written: `runtime/schema/trace.schema.json` in types.

use std::borrow::Cow;
use std::num::{NonZeroU32, NonZeroU64, NonZeroUsize};

use serde::Deserialize;

/// A text, borrowed from the line where it has no escapes.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(super) struct Text<'a>(#[serde(borrow)] pub(super) Cow<'a, str>);

#[derive(Debug, Deserialize)]
pub(super) struct Header {
    pub(super) pid: u32,
    pub(super) program: String,
    pub(super) started_ms: u64,
    pub(super) allocator: bool,
    pub(super) debug_assertions: bool,
    #[serde(default)]
    pub(super) coarse_clock: bool,
}

/// Only the version: a later one may write all else in another way.
#[derive(Debug, Deserialize)]
pub(super) struct Version {
    pub(super) trace_memory: Option<u64>,
}

#[derive(Debug, Deserialize)]
pub(super) struct End {
    pub(super) events: u64,
    pub(super) lost: u64,
    pub(super) skipped: u64,
    pub(super) non_lifo: u64,
    pub(super) allocs: u64,
    pub(super) reallocs: u64,
    pub(super) frees: u64,
}

/// The keys of all events. Which of them an event needs is told where it is made; others are passed over.
#[derive(Debug, Deserialize)]
pub(super) struct Row<'a> {
    pub(super) ev: Ev,
    pub(super) seq: Option<NonZeroU64>,
    pub(super) t: Option<u64>,
    pub(super) thread: Option<NonZeroU32>,
    pub(super) frame: Option<NonZeroU64>,
    pub(super) addr: Option<usize>,
    pub(super) align: Option<NonZeroUsize>,
    pub(super) alloc_thread: Option<NonZeroU32>,
    #[serde(rename = "async", default)]
    pub(super) is_future: bool,
    pub(super) block: Option<NonZeroU64>,
    pub(super) bytes: Option<usize>,
    pub(super) certain: Option<bool>,
    pub(super) column: Option<NonZeroU32>,
    #[serde(borrow)]
    pub(super) dropping: Option<Local<'a>>,
    #[serde(borrow)]
    pub(super) file: Option<Text<'a>>,
    #[serde(rename = "fn", borrow)]
    pub(super) function: Option<Text<'a>>,
    pub(super) how: Option<How>,
    pub(super) inside: Option<NonZeroU64>,
    pub(super) into: Option<Into>,
    pub(super) line: Option<NonZeroU32>,
    pub(super) lived: Option<u64>,
    #[serde(borrow)]
    pub(super) local: Option<Text<'a>>,
    pub(super) needs_drop: Option<bool>,
    pub(super) old_addr: Option<usize>,
    pub(super) old_bytes: Option<usize>,
    pub(super) param: Option<bool>,
    pub(super) parent: Option<NonZeroU64>,
    #[serde(borrow)]
    pub(super) part: Option<Text<'a>>,
    pub(super) partial: Option<bool>,
    #[serde(default)]
    pub(super) place: bool,
    #[serde(borrow)]
    pub(super) points_to: Option<Vec<Pointer<'a>>>,
    pub(super) reason: Option<Reason>,
    pub(super) slot: Option<u32>,
    pub(super) stack: Option<usize>,
    #[serde(default)]
    pub(super) temporary: bool,
    #[serde(borrow)]
    pub(super) thread_name: Option<Text<'a>>,
    #[serde(rename = "type", borrow)]
    pub(super) type_name: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) value: Option<Text<'a>>,
    pub(super) what: Option<What>,
    pub(super) why: Option<Why>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Local<'a> {
    #[serde(borrow)]
    pub(super) local: Text<'a>,
    pub(super) slot: u32,
}

#[derive(Debug, Deserialize)]
pub(super) struct Pointer<'a> {
    pub(super) offset: u32,
    pub(super) region: Region,
    pub(super) block: Option<NonZeroU64>,
    pub(super) bytes: Option<usize>,
    pub(super) owns: Option<bool>,
    pub(super) thread: Option<NonZeroU32>,
    #[serde(borrow)]
    pub(super) local: Option<Text<'a>>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum Ev {
    Enter,
    Exit,
    Suspend,
    Resume,
    Bind,
    Scan,
    Move,
    Drop,
    Alloc,
    Realloc,
    Free,
    Violation,
    End,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum How {
    Return,
    Unwind,
    Cancelled,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Into {
    Call,
    Return,
    Assign,
    Field,
    Capture,
    Receiver,
    Pattern,
    Macro,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Reason {
    ScopeEnd,
    Reassigned,
    Unwind,
    Explicit,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Region {
    Heap,
    Stack,
    Static,
    Unknown,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum What {
    Alloc,
    Realloc,
    Free,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Why {
    Rest,
    MaybeMoved,
    Variant,
}
