//! Records in, events out: names for numbers, regions for addresses, owners for blocks.

use std::ops::Range;
use std::sync::Arc;

use super::allocations::Reallocating;
use super::body::Body;
use super::heap::{Blocks, Leak, claim};
use super::parts::part_at;
use super::stack::{Frame, Slot, Stacks};
use super::table::Table;
use crate::event::{Bind, Drop, DropOf, Enter, Event, How, Kind, Local, Move, Pointer, Region, Resume, Scan};
use crate::record::{Doubt, Fact, Reason, Record, Word};
use crate::site::Type;

/// Turns the records of a trace, in the order of `seq`, into events.
///
/// Its memory grows with what is alive (open frames, live blocks), not with the length of the trace.
///
/// ```
/// use trace_memory::event::Kind;
/// use trace_memory::record::{Fact, Record};
/// use trace_memory::report::Resolver;
///
/// let mut resolver = Resolver::new(Vec::new());
/// let fact = Fact::Alloc { frame: 0, statement: u32::MAX, addr: 0x1000, bytes: 5, align: 1 };
/// let event = resolver.resolve(&Record { seq: 1, at_ns: 10, thread: 1, fact }).unwrap();
/// assert!(matches!(event.kind, Kind::Alloc(heap) if heap.block == 1));
/// ```
#[derive(Debug)]
pub struct Resolver {
    statics: Vec<Range<usize>>,
    /// By description and path.
    pub(super) bodies: Table<(usize, usize, usize), Arc<Body>>,
    pub(super) names: Table<(usize, usize), Arc<str>>,
    /// The names of types, by their descriptions.
    pub(super) type_names: Table<usize, Arc<str>>,
    pub(super) stacks: Stacks,
    pub(super) blocks: Blocks,
    pub(super) reallocating: Table<u32, Reallocating>,
    pub(super) coarse_clock: bool,
}

impl Resolver {
    /// A resolver at the start of a trace; `statics` are the addresses of the program's own image.
    ///
    /// ```
    /// use trace_memory::report::Resolver;
    ///
    /// assert!(Resolver::new(vec![0x1000..0x2000]).live_blocks().is_empty());
    /// ```
    #[must_use]
    pub fn new(statics: Vec<Range<usize>>) -> Self {
        Self {
            statics,
            bodies: Table::default(),
            names: Table::default(),
            type_names: Table::default(),
            stacks: Stacks::default(),
            blocks: Blocks::default(),
            reallocating: Table::default(),
            coarse_clock: false,
        }
    }

    /// Of a trace whose times are too coarse to say how long a block lived: see
    /// [`Header::coarse_clock`](crate::wire::Header::coarse_clock).
    ///
    /// ```
    /// use trace_memory::event::Kind;
    /// use trace_memory::record::{Fact, Record};
    /// use trace_memory::report::Resolver;
    ///
    /// let mut resolver = Resolver::new(Vec::new()).coarse_clock(true);
    /// let (frame, statement, addr, bytes, align) = (0, u32::MAX, 0x1000, 5, 1);
    /// let alloc = Fact::Alloc { frame, statement, addr, bytes, align };
    /// let free = Fact::Free { frame, statement, addr, bytes, align };
    /// resolver.resolve(&Record { seq: 1, at_ns: 10, thread: 1, fact: alloc });
    /// let event = resolver.resolve(&Record { seq: 2, at_ns: 10, thread: 1, fact: free }).unwrap();
    /// assert!(matches!(event.kind, Kind::Free(free) if free.lived_ns.is_none()));
    /// ```
    #[must_use]
    pub fn coarse_clock(self, coarse_clock: bool) -> Self {
        Self { coarse_clock, ..self }
    }

    /// The event that the next record makes; many make none.
    ///
    /// ```
    /// use trace_memory::record::{Fact, Record};
    /// use trace_memory::report::Resolver;
    ///
    /// let end = Record { seq: 1, at_ns: 10, thread: 1, fact: Fact::ThreadEnd };
    /// assert_eq!(Resolver::new(Vec::new()).resolve(&end), None);
    /// ```
    pub fn resolve(&mut self, record: &Record) -> Option<Event> {
        let (frame, kind) = self.kind(record)?;
        let Record { seq, at_ns, thread, .. } = *record;
        Some(Event { seq, at_ns, thread, frame: (frame != 0).then_some(frame), kind })
    }

    /// The blocks that are alive now, oldest first; at the end of a program these are its leaks.
    ///
    /// ```
    /// use trace_memory::record::{Fact, Record};
    /// use trace_memory::report::Resolver;
    ///
    /// let mut resolver = Resolver::new(Vec::new());
    /// let fact = Fact::Alloc { frame: 0, statement: u32::MAX, addr: 0x1000, bytes: 5, align: 1 };
    /// resolver.resolve(&Record { seq: 1, at_ns: 10, thread: 1, fact });
    /// assert_eq!(resolver.live_blocks()[0].bytes, 5);
    /// ```
    #[must_use]
    pub fn live_blocks(&self) -> Vec<Leak> {
        self.blocks.leaks()
    }

    fn kind(&mut self, record: &Record) -> Option<(u64, Kind)> {
        let thread = record.thread;
        let (frame, kind) = match record.fact {
            Fact::Thread { ref name, ref stack } => {
                self.stacks.start_thread(thread, name.as_deref(), stack);
                return None;
            }
            Fact::ThreadEnd => {
                self.end_thread(thread);
                return None;
            }
            Fact::Dropped { frame } => {
                self.dropped(frame);
                return None;
            }
            Fact::Enter { frame, .. } => (frame, self.enter(thread, &record.fact)),
            Fact::Exit { frame, how } => (frame, self.exit(frame, how)),
            Fact::Suspend { frame, statement } => (frame, self.suspend(frame, statement)),
            Fact::Resume { frame, parent, addr } => (frame, self.resume(thread, (frame, parent), addr)),
            Fact::Bind { frame, .. } => (frame, self.bind(&record.fact)),
            Fact::Scan { frame, slot, ref words } => (frame, self.scan((frame, slot), words)),
            Fact::Move { frame, slot, site, partial, certain } => {
                (frame, self.depart((frame, slot), site, (partial, certain)))
            }
            Fact::Drop { frame, slot, reason, partial, doubt } => {
                (frame, self.drop((frame, slot), reason, (partial, doubt)))
            }
            Fact::DropUnnamed { frame, .. } => (frame, self.drop_unnamed(&record.fact)),
            Fact::Violation { frame, .. } => (frame, self.violation(&record.fact)),
            _ => return self.heap_kind(record),
        };
        Some((frame, kind?))
    }
}

/// Frames.
impl Resolver {
    fn enter(&mut self, thread: u32, fact: &Fact) -> Option<Kind> {
        let Fact::Enter { frame, parent, function, path, addr } = *fact else {
            return None;
        };
        let body = self.body(function, path);
        let caller = self.stacks.frame(parent).filter(|caller| caller.thread == thread);
        let mut enter = Enter {
            function: body.path.clone(),
            file: body.file.clone(),
            line: function.line,
            parent: (parent != 0).then_some(parent),
            addr,
            stack_bytes: None,
            dropping: None,
            thread_name: None,
            kind: function.kind,
        };
        let mut inherited = None;
        if let Some(caller) = caller {
            enter.stack_bytes = caller.addr.checked_sub(addr).filter(|&bytes| bytes > 0);
            enter.dropping.clone_from(&caller.window);
            inherited = caller.dropping().cloned();
        } else {
            enter.thread_name = self.stacks.thread_name(thread);
        }
        self.stacks.enter(frame, Frame { body, thread, addr, window: None, inherited, slots: Vec::new() });
        Some(Kind::Enter(enter))
    }

    fn exit(&mut self, number: u64, how: How) -> Option<Kind> {
        let frame = self.stacks.exit(number)?;
        for slot in &frame.slots {
            self.disown(number, slot, false);
        }
        Some(Kind::Exit(how))
    }

    fn suspend(&mut self, number: u64, statement: u32) -> Option<Kind> {
        let frame = self.stacks.frame(number)?;
        frame.inherited = None;
        Some(Kind::Suspend(frame.statement(statement)))
    }

    /// The frame goes on, perhaps on another thread.
    fn resume(&mut self, thread: u32, (number, parent): (u64, u64), addr: usize) -> Option<Kind> {
        let dropping = self.stacks.frame(parent).and_then(|caller| caller.dropping().cloned());
        let frame = self.stacks.frame(number)?;
        (frame.thread, frame.addr, frame.inherited) = (thread, addr, dropping);
        let function = frame.body.path.clone();
        Some(Kind::Resume(Resume { function, parent: (parent != 0).then_some(parent) }))
    }

    fn end_thread(&mut self, thread: u32) {
        self.stacks.end_thread(thread);
        self.reallocating.remove(&thread);
    }

    fn disown(&mut self, frame: u64, slot: &Slot, moved: bool) {
        for &block in &slot.owned {
            self.blocks.disown(block, (frame, slot.number), moved);
        }
    }
}

/// Locals.
impl Resolver {
    fn bind(&mut self, fact: &Fact) -> Option<Kind> {
        let Fact::Bind { frame, slot, local, ty, addr, ref words, ref value } = *fact else {
            return None;
        };
        let body = &self.stacks.frame(frame)?.body;
        let index = usize::try_from(local).ok()?;
        let (site, name) = (*body.places.locals.get(index)?, body.locals.get(index)?.clone());
        let type_name = self.type_name(ty);
        let new = Slot {
            number: slot,
            binding: local,
            name: name.clone(),
            addr,
            ty,
            owned: Vec::new(),
            told: Vec::new(),
        };
        if let Some(old) = self.stacks.occupy(frame, new) {
            self.disown(frame, &old, false);
        }
        let points_to = self.read((frame, slot), words)?;
        let Self { stacks, blocks, .. } = self;
        let dropped = ty.pointee.zip(words.first());
        let part = dropped.and_then(|(bytes, word)| part_at(word.value, bytes, stacks, blocks));
        let known = stacks.frame(frame)?;
        // Only a future can hold its locals anywhere but on the stack.
        let is_future = known.body.function.kind.is_future();
        let inside = if is_future { blocks.around(addr).map(|(_, block)| block.number) } else { None };
        known.slot(slot)?.told.clone_from(&points_to);
        Some(Kind::Bind(Bind {
            local: Local { name, slot },
            type_name,
            bytes: ty.bytes,
            addr,
            line: site.line,
            param: site.param,
            needs_drop: ty.needs_drop,
            points_to,
            value: value.as_deref().map(Arc::from),
            inside,
            part: part.map(Arc::from),
        }))
    }

    /// Where a local points to, if that is news.
    fn scan(&mut self, at: (u64, u32), words: &[Word]) -> Option<Kind> {
        let points_to = self.read(at, words)?;
        let local = self.local(at)?;
        let told = &mut self.stacks.frame(at.0)?.slot(at.1)?.told;
        if *told == points_to {
            return None;
        }
        told.clone_from(&points_to);
        Some(Kind::Scan(Scan { local, points_to }))
    }

    /// A value without drop glue may as well be copied: its moves say nothing.
    fn depart(&mut self, at: (u64, u32), site: u32, (partial, certain): (bool, bool)) -> Option<Kind> {
        let local = self.local(at)?;
        let frame = self.stacks.frame(at.0)?;
        let site = *frame.body.places.moves.get(usize::try_from(site).ok()?)?;
        let slot = frame.slot(at.1)?;
        if !slot.ty.needs_drop {
            return None;
        }
        if !partial {
            self.release(at, true);
        }
        Some(Kind::Move(Move { local, line: site.line, into: site.into, partial, certain }))
    }

    fn drop(
        &mut self,
        at: (u64, u32),
        reason: Reason,
        (partial, doubt): (bool, Option<Doubt>),
    ) -> Option<Kind> {
        let local = self.local(at)?;
        self.release(at, false);
        self.stacks.frame(at.0)?.window = Some(local.clone());
        Some(Kind::Drop(Drop { local, reason, partial, doubt, of: DropOf::Local, line: None }))
    }

    fn drop_unnamed(&mut self, fact: &Fact) -> Option<Kind> {
        let Fact::DropUnnamed { frame, slot, site, reason, partial, place, doubt } = *fact else {
            return None;
        };
        let frame = self.stacks.frame(frame)?;
        let index = usize::try_from(site).ok()?;
        let site = *frame.body.places.temporaries.get(index)?;
        let local = Local { name: frame.body.temporaries.get(index)?.clone(), slot };
        frame.window = Some(local.clone());
        let of = if place { DropOf::Place } else { DropOf::Temporary };
        Some(Kind::Drop(Drop { local, reason, partial, doubt, of, line: Some(site.line) }))
    }

    fn dropped(&mut self, frame: u64) {
        if let Some(frame) = self.stacks.frame(frame) {
            frame.window = None;
        }
    }

    /// The local's value is gone, and with it the local's ownership.
    fn release(&mut self, (frame, slot): (u64, u32), moved: bool) {
        let known = self.stacks.frame(frame).and_then(|frame| frame.slot(slot));
        let owned = known.map(|known| std::mem::take(&mut known.owned));
        for block in owned.unwrap_or_default() {
            self.blocks.disown(block, (frame, slot), moved);
        }
    }

    fn local(&mut self, (frame, slot): (u64, u32)) -> Option<Local> {
        let name = self.stacks.frame(frame)?.slot(slot)?.name.clone();
        Some(Local { name, slot })
    }

    /// What the words of a slot point to; the slot becomes the owner of what nobody else owns.
    fn read(&mut self, at: (u64, u32), words: &[Word]) -> Option<Vec<Pointer>> {
        let slot = self.stacks.frame(at.0)?.slot(at.1)?;
        let (ty, before) = (slot.ty, std::mem::take(&mut slot.owned));
        if words.is_empty() && before.is_empty() {
            return Some(Vec::new());
        }
        let mut held = Vec::new();
        let pointers = words.iter().filter_map(|word| self.point(word, ty, at, &mut held)).collect();
        for block in before.into_iter().filter(|old| held.iter().all(|new| new.1 != old.1)) {
            self.blocks.disown(block, at, false);
        }
        self.stacks.frame(at.0)?.slot(at.1)?.owned = held;
        Some(pointers)
    }

    fn point(
        &mut self,
        word: &Word,
        ty: &Type,
        at: (u64, u32),
        held: &mut Vec<(usize, u64)>,
    ) -> Option<Pointer> {
        let Word { offset, value } = *word;
        let region = if let Some((start, block)) = self.blocks.around(value) {
            let owns = ty.needs_drop && value == start && claim(block, at, &mut self.stacks);
            if owns {
                held.push((start, block.number));
            }
            Region::Heap { block: block.number, bytes: block.bytes, owns }
        } else if let Some((thread, local)) = self.stacks.around(value) {
            Region::Stack { thread, local }
        } else if self.statics.iter().any(|range| range.contains(&value)) {
            Region::Static
        } else if offset == 0 && ty.name().starts_with('&') {
            Region::Unknown
        } else {
            return None;
        };
        Some(Pointer { offset, region })
    }
}
