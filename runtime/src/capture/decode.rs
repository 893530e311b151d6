//! From words back to records: what the writers left out is put in again.

use std::collections::HashMap;

use crate::record::{Fact, Record};
use crate::site::{BodyKind, Function, Type};

use super::describe;
use super::numbers::{PLACE, broken, drop_words, how};
use super::payload::{Words, length};
use super::word::{
    DEPTH, FUNCTION, HIGH, Kind, MOVE_SITE, NEW_BYTES, NUMBER, bind, heap, high, low, scan, size,
};

/// How the compiler names a closure, and the body of a future.
const CLOSURE: &str = "::{{closure}}";

/// The frame of a body, as its thread names it: the thread that it began on, and the how manieth it is there.
pub(super) const fn frame_of(thread: u32, number: u64) -> u64 {
    (thread as u64) << 40 | number
}

/// What stands for a function without a description.
pub(crate) static UNKNOWN: Function = Function {
    name: Some("(function without a description)"),
    kind: BodyKind::Function,
    within: "",
    closures: 0,
    file: "",
    line: 0,
    places: "",
};
/// What stands for a type without a description.
pub(crate) static UNKNOWN_TYPE: Type = Type::known("(type without a description)", 0, false, None);

/// What records point to.
pub(crate) trait Described {
    /// A function, and its path.
    fn function(&self, number: u64) -> Option<(&'static Function, &'static str)>;

    /// A type.
    fn ty(&self, number: u64) -> Option<&'static Type>;
}

/// Descriptions in the memory of this process: of records that it wrote itself.
pub(super) struct Here;

impl Described for Here {
    fn function(&self, number: u64) -> Option<(&'static Function, &'static str)> {
        Some(describe::body(number).map_or((&UNKNOWN, ""), |(function, path)| (function, path())))
    }

    fn ty(&self, number: u64) -> Option<&'static Type> {
        let Some((ty, _)) = describe::entry(number) else { return Some(&UNKNOWN_TYPE) };
        let ty = std::ptr::with_exposed_provenance::<Type>(ty);
        // SAFETY: the number is a type's, and `new_type` wrote the address of a `&'static Type` of this process.
        unsafe { ty.as_ref() }
    }
}

/// The name of a body, from the compiler's path of the closure that the expansion puts into it.
pub(crate) fn name_of(path: &'static str, closures: u8) -> &'static str {
    (0..closures).fold(path, |path, _| path.strip_suffix(CLOSURE).unwrap_or(path))
}

/// How far a lane was followed.
#[derive(Debug, Default)]
pub(crate) struct Place {
    /// Of the records that come next.
    thread: u32,
    /// Its place among the threads of the decoder.
    index: usize,
    /// Of the next record.
    pub(crate) key: u64,
    pub(crate) at_ns: u64,
}

/// What is known of the threads while their records are read, in the order of their keys.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    threads: Vec<Thread>,
    indices: HashMap<u32, usize>,
    /// Frames of futures that are on no thread.
    suspended: HashMap<u64, Open>,
    frames: u64,
    records: u64,
}

#[derive(Debug, Default)]
struct Thread {
    stack_end: usize,
    /// How many frames began here.
    entered: u64,
    /// The frame on top, as the thread names it; 0 if none.
    top: u64,
    open: Vec<Open>,
}

/// A frame that has not ended.
#[derive(Clone, Copy, Debug)]
struct Open {
    /// As its thread names it, and as the trace does.
    name: u64,
    number: u64,
    /// The frame below, as its thread names it.
    below: u64,
    next_slot: u32,
}

impl Decoder {
    /// Follows a lane up to its next record: how many words come before it, and how many it has. `Ok(None)` if what
    /// is there holds no record; an error if it makes no sense.
    pub(crate) fn follow(&mut self, place: &mut Place, words: &[u64]) -> Result<Option<(usize, usize)>, ()> {
        let mut before = 0;
        loop {
            let Some(rest) = words.get(before..) else { return Ok(None) };
            let Some(&first) = rest.first() else { return Ok(None) };
            let kind = Kind::of(first).ok_or(())?;
            match kind {
                Kind::Switch => self.switch(place, low(NUMBER.get(first))),
                Kind::Epoch => place.key = NUMBER.get(first),
                Kind::Time => place.at_ns = NUMBER.get(first),
                _ => {
                    let length = length(kind, rest).filter(|length| *length <= rest.len()).ok_or(())?;
                    if let Some((word, start)) = kind.delta() {
                        let word = rest.get(word).ok_or(())?;
                        place.key = place.key.wrapping_add(word >> start & 0xffff);
                    }
                    return Ok(Some((before, length)));
                }
            }
            before += 1;
        }
    }

    fn switch(&mut self, place: &mut Place, thread: u32) {
        let threads = &mut self.threads;
        let index = *self.indices.entry(thread).or_insert_with(|| {
            threads.push(Thread::default());
            threads.len() - 1
        });
        (place.thread, place.index) = (thread, index);
    }

    /// The record that `words` are, at `place`. `Ok(None)` if it is one that only says what the next ones are of; an
    /// error if it makes no sense.
    pub(crate) fn record(
        &mut self,
        place: &Place,
        words: &[u64],
        described: &dyn Described,
    ) -> Result<Option<Record>, ()> {
        if self.threads.is_empty() {
            return Err(());
        }
        let (&first, payload) = words.split_first().ok_or(())?;
        let kind = Kind::of(first).ok_or(())?;
        let mut words = Words(payload);
        if kind == Kind::OnTop {
            self.threads.get_mut(place.index).ok_or(())?.top = words.next().ok_or(())?;
            return Ok(None);
        }
        let fact = self.fact(place, (kind, first), &mut words, described).ok_or(())?;
        self.records += 1;
        Ok(Some(Record { seq: self.records, at_ns: place.at_ns, thread: place.thread, fact }))
    }

    fn fact(
        &mut self,
        place: &Place,
        (kind, first): (Kind, u64),
        words: &mut Words<'_>,
        described: &dyn Described,
    ) -> Option<Fact> {
        let thread = self.threads.get_mut(place.index)?;
        match kind {
            Kind::Enter | Kind::EnterFar => self.enter(place, (kind, first), words, described),
            Kind::Resume => self.resume(place, words),
            Kind::Suspend => {
                let open = thread.leave();
                self.suspended.extend(open.map(|open| (open.name, open)));
                Some(Fact::Suspend {
                    frame: open.map_or(0, |open| open.number),
                    statement: HIGH.get32(first),
                })
            }
            Kind::Bind | Kind::BindFar => thread.bind((kind, first), words, described),
            Kind::Thread
            | Kind::ThreadEnd
            | Kind::Exit
            | Kind::Violation
            | Kind::ReallocFailed
            | Kind::Reallocated
            | Kind::ReallocatedFar => thread.fact((kind, first), words),
            Kind::Alloc
            | Kind::AllocFar
            | Kind::Free
            | Kind::FreeFar
            | Kind::Reallocating
            | Kind::ReallocatingFar => thread.heap((kind, first), words),
            _ => thread.local((kind, first), words),
        }
    }

    fn enter(
        &mut self,
        place: &Place,
        (kind, first): (Kind, u64),
        words: &mut Words<'_>,
        described: &dyn Described,
    ) -> Option<Fact> {
        let thread = self.threads.get_mut(place.index)?;
        let (function, path) = described.function(FUNCTION.get(first))?;
        let path = name_of(path, function.closures);
        let addr = match kind {
            Kind::Enter => thread.stack_end.wrapping_sub(size(DEPTH.get(first))),
            _ => words.size()?,
        };
        let (parent, below) = (thread.frame(), thread.top);
        self.frames += 1;
        thread.entered += 1;
        let name = frame_of(place.thread, thread.entered);
        thread.top = name;
        thread.open.push(Open { name, number: self.frames, below, next_slot: 0 });
        Some(Fact::Enter { frame: self.frames, parent, function, path, addr })
    }

    fn resume(&mut self, place: &Place, words: &mut Words<'_>) -> Option<Fact> {
        let thread = self.threads.get_mut(place.index)?;
        let (name, addr) = (words.next()?, words.size()?);
        let (parent, below) = (thread.frame(), thread.top);
        thread.top = name;
        let open = self.suspended.remove(&name);
        thread.open.extend(open.map(|open| Open { below, ..open }));
        Some(Fact::Resume { frame: open.map_or(0, |open| open.number), parent, addr })
    }
}

impl Thread {
    fn on_top(&self) -> Option<usize> {
        self.open.iter().rposition(|open| open.name == self.top)
    }

    /// The frame on top, as the trace names it.
    fn frame(&self) -> u64 {
        self.on_top().and_then(|at| self.open.get(at)).map_or(0, |open| open.number)
    }

    fn next_slot(&mut self) -> u32 {
        let at = self.on_top();
        at.and_then(|at| self.open.get_mut(at)).map_or(0, |open| {
            open.next_slot = open.next_slot.wrapping_add(1);
            open.next_slot.wrapping_sub(1)
        })
    }

    /// Takes the frame on top off the thread.
    fn leave(&mut self) -> Option<Open> {
        let open = self.on_top().map(|at| self.open.remove(at))?;
        self.top = open.below;
        Some(open)
    }

    /// What is neither of a local nor of a block.
    fn fact(&mut self, (kind, first): (Kind, u64), words: &mut Words<'_>) -> Option<Fact> {
        let [_, extra, ..] = first.to_le_bytes();
        Some(match kind {
            Kind::Exit => Fact::Exit { frame: self.leave().map_or(0, |open| open.number), how: how(extra) },
            Kind::Thread => {
                let stack = words.size()?..words.size()?;
                self.stack_end = stack.end;
                let name = words.text()?;
                Fact::Thread { name: (extra != 0).then_some(name), stack }
            }
            Kind::ThreadEnd => Fact::ThreadEnd,
            Kind::ReallocFailed => Fact::ReallocFailed,
            Kind::Reallocated => Fact::Reallocated { addr: words.size()?, bytes: size(NEW_BYTES.get(first)) },
            Kind::ReallocatedFar => Fact::Reallocated { addr: words.size()?, bytes: words.size()? },
            Kind::Violation => {
                let name = words.next()?;
                let rule = self.open.iter().rev().find(|open| open.name == name);
                Fact::Violation {
                    frame: self.frame(),
                    rule: rule.map_or(0, |open| open.number),
                    statement: HIGH.get32(first),
                    what: broken(extra),
                    addr: words.size()?,
                    bytes: words.size()?,
                }
            }
            _ => return None,
        })
    }

    /// What becomes of a local, or of a value without a name.
    fn local(&mut self, (kind, first): (Kind, u64), words: &mut Words<'_>) -> Option<Fact> {
        let [_, extra, ..] = first.to_le_bytes();
        let (frame, slot, (reason, partial, doubt)) = (self.frame(), HIGH.get32(first), drop_words(extra));
        let base = scan::BASE.get32(first);
        Some(match kind {
            Kind::Scan => {
                let words = words.slot(&[scan::MASK.get(first)], base)?;
                Fact::Scan { frame, slot: scan::SLOT.get32(first), words }
            }
            Kind::ScanFar => Fact::Scan { frame, slot, words: words.masked_slot(base)? },
            Kind::Move | Kind::MoveFar => {
                let site = if kind == Kind::Move { MOVE_SITE.get32(first) } else { low(words.next()?) };
                Fact::Move { frame, slot, site, partial: extra & 1 != 0, certain: extra & 2 != 0 }
            }
            Kind::Drop => Fact::Drop { frame, slot, reason, partial, doubt },
            Kind::DropUnnamed => {
                let (slot, site, place) = (self.next_slot(), slot, extra & PLACE != 0);
                Fact::DropUnnamed { frame, slot, site, reason, partial, place, doubt }
            }
            Kind::Dropped => Fact::Dropped { frame },
            _ => return None,
        })
    }

    fn bind(
        &mut self,
        (kind, first): (Kind, u64),
        words: &mut Words<'_>,
        described: &dyn Described,
    ) -> Option<Fact> {
        let frame = self.frame();
        let base = bind::BASE.get32(first);
        let (slot, local, ty, addr, slot_words) = if kind == Kind::Bind {
            let second = words.next()?;
            let addr = self.stack_end.wrapping_sub(size(bind::DEPTH.get(second)));
            let slot_words = words.slot(&[bind::MASK.get(second)], base)?;
            (bind::SLOT.get32(first), bind::LOCAL.get32(first), bind::TYPE.get(first), addr, slot_words)
        } else {
            let (pair, ty, addr) = (words.next()?, words.next()?, words.size()?);
            (low(pair), high(pair), ty, addr, words.masked_slot(base)?)
        };
        let slot = if bind::NEXT.get(first) == 1 { self.next_slot() } else { slot };
        let value = if bind::TEXT.get(first) == 0 { None } else { Some(words.text()?) };
        Some(Fact::Bind { frame, slot, local, ty: described.ty(ty)?, addr, words: slot_words, value })
    }

    fn heap(&self, (kind, first): (Kind, u64), words: &mut Words<'_>) -> Option<Fact> {
        let second = words.next()?;
        let is_far = matches!(kind, Kind::AllocFar | Kind::FreeFar | Kind::ReallocatingFar);
        let (exponent, statement, addr, bytes) = if is_far {
            let statement = match heap::FAR_STATEMENT.get32(first) {
                heap::FAR_NO_FRAME => None,
                statement => Some(statement),
            };
            (heap::FAR_ALIGN.get32(first), statement, second, words.next()?)
        } else {
            let statement = match heap::STATEMENT.get(first) {
                heap::NO_FRAME => None,
                heap::NONE_YET => Some(u32::MAX),
                statement => Some(low(statement)),
            };
            (heap::ALIGN.get32(first), statement, heap::ADDR.get(second), heap::BYTES.get(first))
        };
        let align = 1_usize.checked_shl(exponent)?;
        let (frame, statement) = statement.map_or((0, u32::MAX), |statement| (self.frame(), statement));
        let (addr, bytes) = (size(addr), size(bytes));
        Some(match kind {
            Kind::Alloc | Kind::AllocFar => Fact::Alloc { frame, statement, addr, bytes, align },
            Kind::Free | Kind::FreeFar => Fact::Free { frame, statement, addr, bytes, align },
            _ => Fact::Reallocating { frame, statement, addr, bytes, align },
        })
    }
}
