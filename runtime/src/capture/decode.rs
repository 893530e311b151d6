//! From words back to facts.

use crate::record::{Broken, Doubt, Fact, How, Reason, Record, Word};
use crate::site::{Function, Type};

use super::slot::MASKS;
use super::word::{HEAD, Head, Kind, high, low, size};

/// How the compiler names a closure, and the body of a future.
const CLOSURE: &str = "::{{closure}}";

/// In `extra` of a drop: what is dropped is in a place, and no temporary.
pub(super) const PLACE: u8 = 1 << 5;

/// In `extra` of a drop: it is of a part.
const PARTIAL: u8 = 1 << 2;

/// The `extra` of a drop.
pub(super) fn drop_number(reason: Reason, partial: bool, doubt: Option<Doubt>) -> u8 {
    let partial = if partial { PARTIAL } else { 0 };
    reason_number(reason) | partial | doubt_number(doubt) << 3
}

/// What records point to.
pub(crate) trait Described {
    /// The function at an address, and its path.
    fn function(&self, at: usize, path: usize) -> Option<(&'static Function, &'static str)>;

    /// The type at an address.
    fn ty(&self, at: usize) -> Option<&'static Type>;
}

/// Descriptions in the memory of this process: of records that it wrote itself.
pub(super) struct Here;

impl Described for Here {
    fn function(&self, at: usize, path: usize) -> Option<(&'static Function, &'static str)> {
        let function = std::ptr::with_exposed_provenance::<Function>(at);
        // SAFETY: `frame::enter` wrote the address of a `&'static Function` of this process.
        let function: &'static Function = unsafe { function.as_ref() }?;
        let path = std::ptr::with_exposed_provenance::<()>(path);
        // SAFETY: `frame::enter` wrote the address of a `fn() -> &'static str` of this process.
        let path = unsafe { std::mem::transmute::<*const (), fn() -> &'static str>(path) };
        Some((function, path()))
    }

    fn ty(&self, at: usize) -> Option<&'static Type> {
        let ty = std::ptr::with_exposed_provenance::<Type>(at);
        // SAFETY: `guard` wrote the address of a `&'static Type` of this process.
        unsafe { ty.as_ref() }
    }
}

/// The record that `words` begin with, and its length. `None` if it makes no sense.
pub(crate) fn record(words: &[u64], thread: u32, described: &dyn Described) -> Option<(Record, usize)> {
    let length = length(words)?;
    let (&[first, seq, at_ns], payload) = words.get(..length)?.split_first_chunk::<HEAD>()?;
    let fact = fact(Head::unpack(first)?.0, payload, described)?;
    Some((Record { seq, at_ns, thread, fact }, length))
}

/// The length of the record that `words` begin with, which may be more than there is.
pub(crate) fn length(words: &[u64]) -> Option<usize> {
    let (_, length) = Head::unpack(*words.first()?)?;
    Some(length.max(HEAD))
}

/// The fact of a record, from its first word and its payload. `None` if they do not fit together.
fn fact(head: Head, payload: &[u64], described: &dyn Described) -> Option<Fact> {
    let mut words = Words(payload);
    let fact = match head.kind {
        Kind::Switch | Kind::Function | Kind::Type | Kind::Text => return None,
        Kind::Thread => thread(head, &mut words)?,
        Kind::Enter => enter(&mut words, described)?,
        Kind::Exit => Fact::Exit { frame: words.next()?, how: how(head.extra) },
        Kind::Suspend => Fact::Suspend { frame: words.next()?, statement: head.detail },
        Kind::Resume => Fact::Resume { frame: words.next()?, parent: words.next()?, addr: words.size()? },
        Kind::Bind => bind(head, &mut words, described)?,
        Kind::Scan => {
            Fact::Scan { frame: words.next()?, slot: head.detail, words: words.slot(u32::from(head.extra))? }
        }
        Kind::Move => Fact::Move {
            frame: words.next()?,
            slot: head.detail,
            site: low(words.next()?),
            partial: head.extra & 1 != 0,
            certain: head.extra & 2 != 0,
        },
        Kind::Drop => Fact::Drop {
            frame: words.next()?,
            slot: head.detail,
            reason: reason(head.extra & 3),
            partial: head.extra & PARTIAL != 0,
            doubt: doubt(head.extra >> 3 & 3),
        },
        Kind::DropUnnamed => Fact::DropUnnamed {
            frame: words.next()?,
            slot: head.detail,
            site: low(words.next()?),
            reason: reason(head.extra & 3),
            partial: head.extra & PARTIAL != 0,
            doubt: doubt(head.extra >> 3 & 3),
            place: head.extra & PLACE != 0,
        },
        Kind::Dropped => Fact::Dropped { frame: words.next()? },
        Kind::Alloc | Kind::Free | Kind::Reallocating => heap(head, &mut words)?,
        Kind::Reallocated => Fact::Reallocated { addr: words.size()?, bytes: words.size()? },
        Kind::ReallocFailed => Fact::ReallocFailed,
        Kind::ThreadEnd => Fact::ThreadEnd,
        Kind::Violation => Fact::Violation {
            frame: words.next()?,
            rule: words.next()?,
            statement: head.detail,
            what: broken(head.extra),
            addr: words.size()?,
            bytes: words.size()?,
        },
    };
    Some(fact)
}

fn thread(head: Head, words: &mut Words<'_>) -> Option<Fact> {
    let stack = words.size()?..words.size()?;
    let name = words.text()?;
    Some(Fact::Thread { name: (head.extra != 0).then_some(name), stack })
}

fn enter(words: &mut Words<'_>, described: &dyn Described) -> Option<Fact> {
    let (frame, parent) = (words.next()?, words.next()?);
    let (function, path) = described.function(words.size()?, words.size()?)?;
    let path = name_of(path, function.closures);
    Some(Fact::Enter { frame, parent, function, path, addr: words.size()? })
}

/// The name of a body, from the compiler's path of the closure that the expansion puts into it.
pub(crate) fn name_of(path: &'static str, closures: u8) -> &'static str {
    (0..closures).fold(path, |path, _| path.strip_suffix(CLOSURE).unwrap_or(path))
}

fn bind(head: Head, words: &mut Words<'_>, described: &dyn Described) -> Option<Fact> {
    let frame = words.next()?;
    let local = words.next()?;
    let (local, base) = (low(local), high(local));
    let ty = described.ty(words.size()?)?;
    let addr = words.size()?;
    let slot = words.slot(base)?;
    let value = if head.extra == 0 { None } else { Some(words.text()?) };
    Some(Fact::Bind { frame, slot: head.detail, local, ty, addr, words: slot, value })
}

fn heap(head: Head, words: &mut Words<'_>) -> Option<Fact> {
    let (frame, statement) = (words.next()?, head.detail);
    let (addr, bytes) = (words.size()?, words.size()?);
    let align = 1_usize.checked_shl(head.extra.into())?;
    Some(match head.kind {
        Kind::Alloc => Fact::Alloc { frame, statement, addr, bytes, align },
        Kind::Free => Fact::Free { frame, statement, addr, bytes, align },
        _ => Fact::Reallocating { frame, statement, addr, bytes, align },
    })
}

/// The number that stands for `reason`.
const fn reason_number(reason: Reason) -> u8 {
    match reason {
        Reason::ScopeEnd => 0,
        Reason::Reassigned => 1,
        Reason::Unwind => 2,
        Reason::Explicit => 3,
    }
}

fn reason(number: u8) -> Reason {
    match number {
        0 => Reason::ScopeEnd,
        1 => Reason::Reassigned,
        2 => Reason::Unwind,
        _ => Reason::Explicit,
    }
}

fn broken(number: u8) -> Broken {
    match number {
        0 => Broken::Alloc,
        1 => Broken::Realloc,
        _ => Broken::Free,
    }
}

/// The number that stands for `how`.
pub(super) const fn how_number(how: How) -> u8 {
    match how {
        How::Return => 0,
        How::Unwind => 1,
        How::Cancelled => 2,
    }
}

fn how(number: u8) -> How {
    match number {
        0 => How::Return,
        1 => How::Unwind,
        _ => How::Cancelled,
    }
}

/// The number that stands for `doubt`.
const fn doubt_number(doubt: Option<Doubt>) -> u8 {
    match doubt {
        None => 0,
        Some(Doubt::Rest) => 1,
        Some(Doubt::MaybeMoved) => 2,
        Some(Doubt::Variant) => 3,
    }
}

fn doubt(number: u8) -> Option<Doubt> {
    match number {
        0 => None,
        1 => Some(Doubt::Rest),
        2 => Some(Doubt::MaybeMoved),
        _ => Some(Doubt::Variant),
    }
}

/// What is left of a payload.
struct Words<'a>(&'a [u64]);

impl Words<'_> {
    fn next(&mut self) -> Option<u64> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn size(&mut self) -> Option<usize> {
        self.next().map(size)
    }

    fn text(&mut self) -> Option<String> {
        let bytes = self.size()?;
        let (text, rest) = self.0.split_at_checked(bytes.div_ceil(8))?;
        self.0 = rest;
        let text: Vec<u8> = text.iter().flat_map(|word| word.to_le_bytes()).take(bytes).collect();
        Some(String::from_utf8_lossy(&text).into_owned())
    }

    fn slot(&mut self, base: u32) -> Option<Vec<Word>> {
        let (masks, rest) = self.0.split_at_checked(MASKS)?;
        self.0 = rest;
        let set = |index: &u32| masks.get(*index as usize / 64).is_some_and(|m| m >> (index % 64) & 1 == 1);
        let set: Vec<u32> = (0..64 * u32::try_from(MASKS).ok()?).filter(set).collect();
        let bytes = u32::try_from(size_of::<usize>()).ok()?;
        let word = |index| Some(Word { offset: base + index * bytes, value: self.size()? });
        set.into_iter().map(word).collect()
    }
}
