//! Builds records by hand.

#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    missing_debug_implementations,
    reason = "each test file uses a part"
)]

use std::ops::Range;

use trace_memory::event::Event;
use trace_memory::record::{Doubt, Fact, How, Reason, Record, Word};
use trace_memory::report::Resolver;
use trace_memory::site::{BodyKind, Function, Type};

/// `fn main() { let x; let y; let s; … }`.
pub static MAIN: Function = Function {
    name: None,
    kind: BodyKind::Function,
    within: "",
    closures: 1,
    file: "examples/src/stack_and_heap.rs",
    line: 12,
    places: "l 13 x\nl 14 y\nl 15 s\nl 17 t\n\
             s 13 5\ns 14 5\ns 15 13\ns 16 5\ns 17 9\n\
             m 20 Call\nm 21 Macro",
};

/// `fn length(text: &String)`.
pub static LENGTH: Function = Function {
    name: None,
    kind: BodyKind::Function,
    within: "",
    closures: 1,
    file: "examples/src/stack_and_heap.rs",
    line: 30,
    places: "p 30 text\nl 31 copy\ns 31 16\ns 32 5",
};

pub static COUNT: Type = Type::known("i32", 4, false, None);
pub static STR_REF: Type = Type::known("&str", 16, false, None);
pub static STRING: Type = Type::known("alloc::string::String", 24, true, None);
pub static STRING_REF: Type = Type::known("&alloc::string::String", 8, false, None);
pub static VEC: Type = Type::known("alloc::vec::Vec<alloc::string::String>", 24, true, None);

/// The program's own image.
pub const IMAGE: Range<usize> = 0x100..0x200;

/// Records in order; the clock ticks a microsecond at each.
pub struct Trace {
    pub resolver: Resolver,
    pub thread: u32,
    pub seq: u64,
    pub made: Vec<Event>,
}

impl Trace {
    pub fn start(thread: u32, name: Option<&str>, stack: Range<usize>) -> Self {
        let mut trace = Self { resolver: Resolver::new(vec![IMAGE]), thread, seq: 0, made: Vec::new() };
        trace.thread(thread, name, stack);
        trace
    }

    pub fn thread(&mut self, thread: u32, name: Option<&str>, stack: Range<usize>) {
        self.thread = thread;
        self.fact(Fact::Thread { name: name.map(str::to_owned), stack });
    }

    pub fn fact(&mut self, fact: Fact) {
        self.seq += 1;
        let record = Record { seq: self.seq, at_ns: self.seq * 1_000, thread: self.thread, fact };
        self.made.extend(self.resolver.resolve(&record));
    }

    pub fn events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.made)
    }

    pub fn enter(&mut self, frame: u64, parent: u64, function: &'static Function, addr: usize) {
        let path = if function == &MAIN { "stack_and_heap::main" } else { "stack_and_heap::length" };
        self.fact(Fact::Enter { frame, parent, function, path, addr });
    }

    pub fn exit(&mut self, frame: u64) {
        self.fact(Fact::Exit { frame, how: How::Return });
    }

    #[expect(clippy::too_many_arguments, reason = "the fields of the record")]
    pub fn bind(
        &mut self,
        frame: u64,
        (slot, local): (u32, u32),
        ty: &'static Type,
        addr: usize,
        at: &[(u32, usize)],
    ) {
        self.fact(Fact::Bind { frame, slot, local, ty, addr, words: words(at), value: None });
    }

    pub fn scan(&mut self, frame: u64, slot: u32, at: &[(u32, usize)]) {
        self.fact(Fact::Scan { frame, slot, words: words(at) });
    }

    pub fn depart(&mut self, frame: u64, slot: u32, site: u32) {
        self.fact(Fact::Move { frame, slot, site, partial: false, certain: true });
    }

    pub fn drop(&mut self, frame: u64, slot: u32, reason: Reason) {
        self.fact(Fact::Drop { frame, slot, reason, partial: false, doubt: None });
    }

    pub fn doubtful_drop(&mut self, frame: u64, slot: u32, doubt: Doubt) {
        self.fact(Fact::Drop { frame, slot, reason: Reason::ScopeEnd, partial: true, doubt: Some(doubt) });
    }

    pub fn dropped(&mut self, frame: u64) {
        self.fact(Fact::Dropped { frame });
    }

    pub fn alloc(&mut self, frame: u64, statement: u32, addr: usize, bytes: usize) {
        self.fact(Fact::Alloc { frame, statement, addr, bytes, align: 1 });
    }

    pub fn free(&mut self, frame: u64, statement: u32, addr: usize, bytes: usize) {
        self.fact(Fact::Free { frame, statement, addr, bytes, align: 1 });
    }

    pub fn reallocating(&mut self, frame: u64, statement: u32, addr: usize, bytes: usize) {
        self.fact(Fact::Reallocating { frame, statement, addr, bytes, align: 1 });
    }

    pub fn reallocated(&mut self, addr: usize, bytes: usize) {
        self.fact(Fact::Reallocated { addr, bytes });
    }
}

fn words(at: &[(u32, usize)]) -> Vec<Word> {
    at.iter().map(|&(offset, value)| Word { offset, value }).collect()
}
