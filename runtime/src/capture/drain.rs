//! Reading the lanes back: all records of all threads, in the order of their keys.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::{Duration, Instant};

use crate::record::Record;

use super::cursor::Cursor;
use super::decode::{Decoder, Here};
use super::lane::{self, EPOCH, Filled, Lane, START};
use super::{gate, spool};

/// How long a drain waits for a record that is being written.
const WAIT: Duration = Duration::from_millis(2);
/// The same for the last one.
const LAST_WAIT: Duration = Duration::from_millis(50);

/// How far the lanes were read.
#[derive(Default)]
pub(crate) struct Drain {
    lanes: Vec<Reading>,
    newest: Option<&'static Lane>,
    decoder: Decoder,
}

impl Drain {
    /// How many records were lost.
    pub(crate) fn missing(&self) -> u64 {
        lane::lost() + self.lanes.iter().map(|lane| lane.unreadable).sum::<u64>()
    }

    /// Hands on every record up to now, from where the last call stopped. Unless it is the `last` call, it does
    /// nothing while a thread does not finish a record in time.
    ///
    /// Now is the epoch. An end before it is there once its lane is not `writing` any more. A beginning before it may
    /// still be on its way, and comes with the next call; what came of it is later than now.
    pub(crate) fn run(&mut self, last: bool, each: &mut dyn FnMut(Record)) {
        let horizon = if last { u64::MAX } else { EPOCH.past() };
        self.find_lanes();
        if !settle(if last { LAST_WAIT } else { WAIT }) && !last {
            return;
        }
        let Self { lanes, decoder, .. } = self;
        let mut heads = BinaryHeap::new();
        let head = |decoder: &mut Decoder, lane: &mut Reading, index: usize| {
            let key = lane.head(decoder)?;
            (key.0 <= horizon).then_some(Reverse((key, index)))
        };
        for (index, lane) in lanes.iter_mut().enumerate() {
            heads.extend(head(decoder, lane, index));
        }
        while let Some(Reverse((_, index))) = heads.pop().filter(|_| !super::is_empty()) {
            let Some(lane) = lanes.get_mut(index) else { continue };
            if let Some(record) = lane.take(decoder) {
                each(record);
            }
            heads.extend(head(decoder, lane, index));
        }
    }

    fn find_lanes(&mut self) {
        let newest = self.newest;
        let known = |lane: &Lane| newest.is_some_and(|newest| std::ptr::eq(newest, lane));
        self.newest = lane::all().next();
        self.lanes.extend(lane::all().take_while(|lane| !known(lane)).map(Reading::new));
    }
}

/// Waits until every end that has a key is published or lost: false if that takes too long.
fn settle(wait: Duration) -> bool {
    let start = Instant::now();
    gate::settle(lane::all().map(|lane| &lane.gate), || {
        std::thread::yield_now();
        start.elapsed() <= wait
    })
}

/// How far a lane was read.
struct Reading {
    lane: &'static Lane,
    cursor: Cursor,
    /// Segments in the spool and not yet loaded, last first.
    waiting: Vec<u64>,
    /// The last segment that was loaded.
    loaded: u64,
    /// First word not yet loaded of the chunk after `loaded`.
    start: usize,
    /// Segments and records that could not be read back.
    unreadable: u64,
}

impl Reading {
    fn new(lane: &'static Lane) -> Self {
        let (waiting, cursor) = (Vec::new(), Cursor::default());
        Self { lane, cursor, waiting, loaded: 0, start: START, unreadable: 0 }
    }

    /// The key and the time of the next record.
    fn head(&mut self, decoder: &mut Decoder) -> Option<(u64, u64)> {
        loop {
            match self.cursor.head(decoder) {
                Ok(Some(key)) => return Some(key),
                Ok(None) => {}
                // It was damaged on disk: it ends its segment, rather than being found again for ever.
                Err(()) => self.unreadable += 1,
            }
            let words = self.load();
            let is_empty = words.is_empty();
            self.cursor.refill(words);
            if is_empty {
                return None;
            }
        }
    }

    /// The record that [`head`](Self::head) found.
    fn take(&mut self, decoder: &mut Decoder) -> Option<Record> {
        self.cursor.take(decoder, &Here).ok().flatten()
    }

    /// Loads what comes next: a segment of the spool, or what is committed of the chunk.
    fn load(&mut self) -> Vec<u64> {
        let mut words = Vec::new();
        while words.is_empty() {
            if let Some(segment) = self.waiting.pop() {
                self.unreadable += u64::from(self.load_segment(segment, &mut words).is_err());
                spool::release(segment);
                self.loaded = segment;
                self.start = START;
                continue;
            }
            let spooled = self.lane.spooled();
            if spooled != self.loaded {
                self.list(spooled);
            } else if self.lane.copy(spooled, self.start, &mut words) {
                self.start += words.len();
                return words;
            }
        }
        words
    }

    /// Lists the segments after `loaded`, up to `last`.
    fn list(&mut self, last: u64) {
        let mut segment = last;
        while segment != self.loaded && segment != 0 {
            self.waiting.push(segment);
            let Ok(filled) = filled(segment) else {
                self.unreadable += 1;
                self.start = START;
                return;
            };
            segment = filled.before();
        }
    }

    fn load_segment(&self, segment: u64, into: &mut Vec<u64>) -> std::io::Result<()> {
        let used = super::word::size(filled(segment)?.used()).min(lane::CHUNK);
        let mut bytes = vec![0; used.saturating_sub(self.start) * 8];
        spool::read(segment, self.start, &mut bytes)?;
        let words = bytes.chunks_exact(8).filter_map(|word| word.first_chunk());
        into.extend(words.map(|word| u64::from_ne_bytes(*word)));
        Ok(())
    }
}

/// How far a segment is written.
fn filled(segment: u64) -> std::io::Result<Filled> {
    let mut word = [0; 8];
    spool::read(segment, 0, &mut word)?;
    Ok(Filled(u64::from_ne_bytes(word)))
}
