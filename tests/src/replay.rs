//! Heap events one after the other: whether some order of the program's own can have been so.

use std::collections::{HashMap, HashSet};

use serde_json::Value;
use trace_memory::record::{Fact, Record};

/// A block is in use from its `Alloc` to its `Free`, and not while it is reallocated. Whatever does not fit is a
/// contradiction: an address that is in use twice, an end of what is not there, another size than before.
///
/// Frees in no frame may be of blocks that began in none, which are not recorded.
#[derive(Debug, Default)]
pub struct Replay {
    blocks: HashMap<usize, Block>,
    /// Address and size of what each thread reallocates.
    changing: HashMap<u32, (usize, usize)>,
    /// The thread that gave an address back last.
    given_back: HashMap<usize, u32>,
    /// What does not fit, and the first of it.
    pub contradictions: u64,
    /// See `contradictions`.
    pub first: Option<String>,
    /// Records of the heap.
    pub heap: u64,
    /// Blocks that another thread ended or changed than had them last.
    pub handed_over: u64,
    /// Blocks at an address that another thread gave back.
    pub used_again: u64,
}

#[derive(Debug)]
struct Block {
    bytes: usize,
    thread: u32,
}

impl Replay {
    /// Adds the next record.
    pub fn add(&mut self, record: &Record) {
        let thread = record.thread;
        let fits = match record.fact {
            Fact::Alloc { addr, bytes, .. } => self.begin(thread, addr, bytes),
            Fact::Free { addr, bytes, frame, .. } => self.end(thread, addr, bytes) || frame == 0,
            Fact::Reallocating { addr, bytes, frame, .. } => {
                let known = self.end(thread, addr, bytes);
                self.changing.insert(thread, (addr, bytes)).is_none() && (known || frame == 0)
            }
            Fact::Reallocated { addr, bytes } => {
                self.changing.remove(&thread).is_some() & self.begin(thread, addr, bytes)
            }
            Fact::ReallocFailed => {
                let before = self.changing.remove(&thread);
                before.is_some_and(|(addr, bytes)| self.begin(thread, addr, bytes))
            }
            _ => return,
        };
        self.heap += 1;
        if !fits {
            self.contradictions += 1;
            self.first.get_or_insert_with(|| format!("{record:?}"));
        }
    }

    fn begin(&mut self, thread: u32, addr: usize, bytes: usize) -> bool {
        let before = self.given_back.remove(&addr);
        self.used_again += u64::from(before.is_some_and(|before| before != thread));
        self.blocks.insert(addr, Block { bytes, thread }).is_none()
    }

    fn end(&mut self, thread: u32, addr: usize, bytes: usize) -> bool {
        self.given_back.insert(addr, thread);
        let Some(block) = self.blocks.remove(&addr) else { return false };
        self.handed_over += u64::from(block.thread != thread);
        block.bytes == bytes
    }
}

/// The same for the lines of a JSON trace, where a reallocation is one event, at its end: from its beginning on, another
/// block may be at the old address.
#[derive(Debug, Default)]
pub struct Lines {
    /// Address and size.
    blocks: HashMap<u64, (u64, u64)>,
    /// The block at an address.
    at: HashMap<u64, u64>,
    /// Blocks that can only be in the middle of a reallocation: another one is where they were.
    moving: HashSet<u64>,
    wrong: u64,
}

impl Lines {
    /// Adds the next line. What is no heap event is passed over.
    pub fn add(&mut self, line: &Value) {
        let number = |key: &str| line[key].as_u64();
        let (Some(event), Some(block)) = (line["ev"].as_str(), number("block")) else { return };
        let (Some(addr), Some(bytes)) = (number("addr"), number("bytes")) else { return };
        let fits = match event {
            "alloc" => self.begin(block, addr, bytes),
            "free" => !self.moving.contains(&block) & self.end(block, addr, bytes),
            "realloc" => match number("old_addr").zip(number("old_bytes")) {
                Some((old, _)) if self.moving.contains(&block) && old == addr => false,
                Some((old, before)) => self.end(block, old, before) & self.begin(block, addr, bytes),
                None => false,
            },
            _ => return,
        };
        self.wrong += u64::from(!fits);
    }

    fn begin(&mut self, block: u64, addr: u64, bytes: u64) -> bool {
        self.moving.extend(self.at.insert(addr, block));
        self.blocks.insert(block, (addr, bytes)).is_none()
    }

    fn end(&mut self, block: u64, addr: u64, bytes: u64) -> bool {
        let is_there = self.at.get(&addr) == Some(&block);
        if is_there {
            self.at.remove(&addr);
        }
        let was_known = self.blocks.remove(&block) == Some((addr, bytes));
        was_known && (self.moving.remove(&block) || is_there)
    }

    /// How many contradictions there are, now that nothing follows.
    #[must_use]
    pub fn contradictions(&self) -> u64 {
        self.wrong + self.moving.len() as u64
    }
}
