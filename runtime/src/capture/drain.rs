//! Reading the lanes back: all records of all threads, in the order of their numbers.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::{Duration, Instant};

use crate::record::Record;

use super::lane::{self, Lane, START};
use super::word::{Head, Kind};
use super::{decode, spool};

/// How long a drain waits for a record that is being written.
const WAIT: Duration = Duration::from_millis(2);
/// The same for the last one.
const LAST_WAIT: Duration = Duration::from_millis(50);

/// How far the lanes were read.
#[derive(Default)]
pub(crate) struct Drain {
    cursors: Vec<Cursor>,
    newest: Option<&'static Lane>,
    /// The last number delivered or given up.
    seq: u64,
    /// Numbers without a record.
    missing: u64,
}

impl Drain {
    /// How many records were lost.
    pub(crate) fn missing(&self) -> u64 {
        self.missing
    }

    /// Hands on every record up to now, from where the last call stopped. Unless it is the `last`
    /// call, it stops at a record that a thread does not finish in time.
    pub(crate) fn run(&mut self, last: bool, each: &mut dyn FnMut(Record)) {
        let horizon = lane::numbered();
        self.find_lanes();
        let settled = settle(if last { LAST_WAIT } else { WAIT });
        let mut heads = BinaryHeap::new();
        let head = |cursor: &mut Cursor, index| {
            let seq = cursor.head().filter(|seq| *seq <= horizon)?;
            Some(Reverse((seq, index)))
        };
        heads.extend(self.cursors.iter_mut().enumerate().filter_map(|(at, lane)| head(lane, at)));
        while let Some(Reverse((seq, index))) = heads.pop() {
            let gap = seq.saturating_sub(self.seq + 1);
            if gap != 0 && !settled && !last {
                return;
            }
            let Some(cursor) = self.cursors.get_mut(index) else {
                continue;
            };
            match cursor.take() {
                Some(record) => each(record),
                None => self.missing += 1,
            }
            self.missing += gap;
            self.seq = self.seq.max(seq);
            heads.extend(head(cursor, index));
        }
        if settled || last {
            self.missing += horizon.saturating_sub(self.seq);
            self.seq = self.seq.max(horizon);
        }
    }

    fn find_lanes(&mut self) {
        let newest = self.newest;
        let known = |lane: &Lane| newest.is_some_and(|newest| std::ptr::eq(newest, lane));
        self.newest = lane::all().next();
        self.cursors.extend(lane::all().take_while(|lane| !known(lane)).map(Cursor::new));
    }
}

/// Waits until every record that has a number is published or lost: false if that takes too long.
fn settle(wait: Duration) -> bool {
    let start = Instant::now();
    for lane in lane::all() {
        while lane.writing() {
            if start.elapsed() > wait {
                return false;
            }
            std::thread::yield_now();
        }
    }
    true
}

/// How far a lane was read.
struct Cursor {
    lane: &'static Lane,
    /// Whose records are read.
    thread: u32,
    /// Segments in the spool and not yet loaded, last first.
    waiting: Vec<u64>,
    /// The last segment that was loaded.
    loaded: u64,
    /// First word not yet loaded of the chunk after `loaded`.
    start: usize,
    /// Words loaded, and how many of them are done.
    words: Vec<u64>,
    done: usize,
}

impl Cursor {
    fn new(lane: &'static Lane) -> Self {
        let (waiting, words) = (Vec::new(), Vec::new());
        Self { lane, thread: 0, waiting, loaded: 0, start: START, words, done: 0 }
    }

    /// The number of the next record.
    fn head(&mut self) -> Option<u64> {
        loop {
            if self.done == self.words.len() {
                self.load();
            }
            let (head, _) = Head::unpack(*self.words.get(self.done)?)?;
            if head.kind != Kind::Switch {
                return self.words.get(self.done + 1).copied();
            }
            self.thread = head.detail;
            self.done += 1;
        }
    }

    /// The record whose number [`head`](Self::head) said.
    fn take(&mut self) -> Option<Record> {
        let words = self.words.get(self.done..)?;
        let record = decode::record(words, self.thread, &decode::Here);
        // A record that was damaged on disk ends its segment, rather than being found again for ever.
        self.done = (self.done + decode::length(words)?).min(self.words.len());
        record.map(|(record, _)| record)
    }

    /// Loads what comes next: a segment of the spool, or what is committed of the chunk.
    fn load(&mut self) {
        self.words.clear();
        self.done = 0;
        while self.words.is_empty() {
            if let Some(segment) = self.waiting.pop() {
                // If it cannot be read, its numbers are missing.
                let _ = self.load_segment(segment);
                self.loaded = segment;
                self.start = START;
                continue;
            }
            let spooled = self.lane.spooled();
            if spooled != self.loaded {
                self.list(spooled);
            } else if self.lane.copy(spooled, self.start, &mut self.words) {
                self.start += self.words.len();
                return;
            }
        }
    }

    /// Lists the segments after `loaded`, up to `last`.
    fn list(&mut self, last: u64) {
        let mut segment = last;
        while segment != self.loaded && segment != 0 {
            self.waiting.push(segment);
            let mut before = [0; 8];
            if spool::read(segment, 1, &mut before).is_err() {
                self.start = START;
                return;
            }
            segment = u64::from_ne_bytes(before);
        }
    }

    fn load_segment(&mut self, segment: u64) -> std::io::Result<()> {
        let mut used = [0; 8];
        spool::read(segment, 0, &mut used)?;
        let used = super::word::size(u64::from_ne_bytes(used)).min(lane::CHUNK);
        let mut bytes = vec![0; used.saturating_sub(self.start) * 8];
        spool::read(segment, self.start, &mut bytes)?;
        let words = bytes.chunks_exact(8).filter_map(|word| word.first_chunk());
        self.words.extend(words.map(|word| u64::from_ne_bytes(*word)));
        Ok(())
    }
}
