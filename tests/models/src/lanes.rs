// What the models have in place of the runtime's lanes and drain. Included by `lib.rs`, once for each version of the
// protocols.

use super::epoch::Epoch;
use super::gate::{FILLED, Filled, Gate, START, settle};
use super::sync::{AtomicBool, AtomicU64, Mutex, Ordering, spin_loop};

/// What a record says: its thread's part of the story, in the order that the story has.
pub(crate) type Said = u64;

/// A lane with a chunk for few records, and its spool.
pub(crate) struct Lane {
    pub(crate) gate: Gate,
    words: Vec<AtomicU64>,
    /// What the writer would read in the words. Loom explores what happens before the last access; where that is a load
    /// by who writes next, it does not look for another one.
    filled: std::sync::atomic::AtomicU64,
    key: AtomicU64,
    segments: Mutex<Vec<Vec<u64>>>,
}

impl Lane {
    pub(crate) fn new(records: usize) -> Self {
        let words = (0..START + records).map(|_| AtomicU64::new(0)).collect::<Vec<_>>();
        let none = Filled::none(0).0;
        words[FILLED].store(none, Ordering::Relaxed);
        let gate = Gate { taken: AtomicBool::new(false), writing: AtomicBool::new(false) };
        Self { gate, words, filled: none.into(), key: AtomicU64::new(0), segments: Mutex::new(Vec::new()) }
    }

    /// As `Lane::write` of the runtime: a record is one word, of its key and what it says.
    fn write(&self, key: u64, said: Said) {
        let mut filled = Filled(self.filled.load(Ordering::Relaxed));
        if place(filled) == self.words.len() {
            let segment = self.words.iter().map(|word| word.load(Ordering::Relaxed)).collect();
            let mut segments = self.segments.lock().expect("no panic");
            segments.push(segment);
            let number = segments.len() as u64;
            drop(segments);
            Gate::restart(&self.words, number);
            filled = Filled::none(number);
        }
        self.key.store(key, Ordering::Relaxed);
        self.words[place(filled)].store(key << 32 | said, Ordering::Relaxed);
        Gate::commit(&self.words, filled.and(1));
        self.filled.store(filled.and(1).0, Ordering::Relaxed);
    }

    pub(crate) fn own(&self, said: Said) {
        self.write(self.key.load(Ordering::Relaxed), said);
    }

    pub(crate) fn begins(&self, epoch: &Epoch, said: Said) {
        self.write(epoch.begins(), said);
    }

    pub(crate) fn ends(&self, epoch: &Epoch, said: Said) {
        let key = self.gate.ends(epoch);
        self.write(key, said);
        self.gate.ended();
    }
}

fn place(filled: Filled) -> usize {
    usize::try_from(filled.used()).expect("it is small")
}

/// How far a lane was read: as `Reading` of the runtime.
#[derive(Default)]
struct Cursor {
    loaded: u64,
    start: usize,
    words: Vec<u64>,
}

impl Cursor {
    /// Loads what is there.
    fn load(&mut self, lane: &Lane) {
        self.start = self.start.max(START);
        let mut words = Vec::new();
        loop {
            let spooled = Gate::spooled(&lane.words);
            if spooled != self.loaded {
                let segments = lane.segments.lock().expect("no panic");
                for segment in usize::try_from(self.loaded).unwrap()..usize::try_from(spooled).unwrap() {
                    let segment = segments.get(segment).expect("a segment that was spooled is there");
                    self.words.extend(&segment[self.start..]);
                    self.start = START;
                }
                self.loaded = spooled;
            } else if Gate::copy(&lane.words, spooled, self.start, &mut words) {
                self.start += words.len();
                self.words.extend(words);
                return;
            }
        }
    }
}

/// The reader of some lanes: as `Drain` of the runtime.
pub(crate) struct Drain<'l> {
    lanes: Vec<&'l Lane>,
    cursors: Vec<Cursor>,
    pub(crate) said: Vec<Said>,
}

impl<'l> Drain<'l> {
    pub(crate) fn new(lanes: &'l [Lane]) -> Self {
        Self { lanes: lanes.iter().collect(), cursors: lanes.iter().map(|_| Cursor::default()).collect(), said: Vec::new() }
    }

    pub(crate) fn settle(&self) {
        assert!(settle(self.lanes.iter().map(|lane| &lane.gate), || {
            spin_loop();
            true
        }));
    }

    /// Hands on what has a key up to `horizon`, by key, then by lane.
    pub(crate) fn run(&mut self, horizon: u64) {
        for (cursor, lane) in self.cursors.iter_mut().zip(&self.lanes) {
            cursor.load(lane);
        }
        let key = |cursor: &Cursor| cursor.words.first().map(|word| word >> 32).filter(|key| *key <= horizon);
        while let Some(next) = (0..self.cursors.len())
            .filter_map(|index| Some((key(&self.cursors[index])?, index)))
            .min()
        {
            self.said.push(self.cursors[next.1].words.remove(0) & 0xffff_ffff);
        }
    }
}

/// Everything that was said, after all is over.
pub(crate) fn merged(lanes: &[Lane]) -> Vec<Said> {
    let mut drain = Drain::new(lanes);
    drain.run(u64::MAX);
    drain.said
}

pub(crate) fn is_a_story(said: &[Said], length: Said) {
    assert!(said.iter().copied().eq(1..=length), "{said:?}");
}
