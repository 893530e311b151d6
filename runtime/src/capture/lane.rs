//! Lanes: the memory that records are appended to, one writer at a time, readable at any time.
//!
//! A lane holds one chunk of words. The writer publishes how many are committed; readers copy that
//! prefix and look again whether the chunk was handed to the spool meanwhile (a sequence lock whose
//! version is the last spooled segment, in the same word). Lanes are never freed: when a thread ends, the next one
//! goes on in the same chunk.
//!
//! Where the trace is a file, the chunk is a segment of the file itself, shared with the system: what is committed is
//! in the file, whatever ends the process. A full chunk is copied behind the others and used again, for fresh memory
//! costs more than the copy. Then nobody reads the lanes.

use std::cell::Cell;
use std::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, Ordering};

use super::epoch::{Epoch, Order};
pub(crate) use super::gate::Filled;
pub(crate) use super::gate::START;
use super::gate::{FILLED, Gate};
use super::word::{DELTA, Kind, LONGEST, NUMBER, size};
use super::{spool, sys};

/// Words of a chunk; the first [`START`] are the header of the segment it becomes.
pub(crate) const CHUNK: usize = 8192 - 16;
/// In the header: events.
pub(crate) const EVENTS: u64 = 1;
/// In the header: descriptions of functions and types.
pub(crate) const DESCRIPTIONS: u64 = 2;

/// The memory of a lane.
pub(super) type Chunk = [AtomicU64; CHUNK];

/// The epoch of this process.
pub(super) static EPOCH: Epoch = Epoch(AtomicU64::new(0));
static LANES: AtomicPtr<Lane> = AtomicPtr::new(std::ptr::null_mut());
static COUNT: AtomicU64 = AtomicU64::new(0);
static LOST: AtomicU64 = AtomicU64::new(0);
/// How many words have the same time, at most.
static PERIOD: AtomicU64 = AtomicU64::new(1);

/// Words of the same time, where the clock is coarse.
const COARSE: u64 = 128;
/// The last place for a record, and for what `turn` says before it.
const LAST: u64 = (CHUNK - LONGEST - 8) as u64;

/// How many records found no place.
pub(crate) fn lost() -> u64 {
    LOST.load(Ordering::Relaxed)
}

/// Counts a record that has no place.
#[cold]
pub(super) fn lose() {
    LOST.fetch_add(1, Ordering::Relaxed);
}

/// Looks at the clock for some records only: a look takes longer than everything else.
pub(crate) fn use_coarse_clock() {
    PERIOD.store(COARSE, Ordering::Relaxed);
}

/// See the module. All zero is a valid, free lane without a chunk.
#[repr(C)]
pub(crate) struct Lane {
    next: AtomicPtr<Lane>,
    pub(super) gate: Gate,
    /// Whose records come next.
    thread: AtomicU32,
    /// The last place for a record with the time of the one before: none when the lane is taken, and in a new chunk.
    limit: AtomicU64,
    /// The key of the last one.
    key: AtomicU64,
    /// `own`, or a segment of the file.
    chunk: AtomicPtr<Chunk>,
    own: Chunk,
}

/// Who writes a record, and of which frame.
#[derive(Clone, Copy)]
pub(super) struct Writes<'a> {
    pub(super) thread: &'a Cell<u32>,
    pub(super) frame: u64,
    /// The frame that the reader takes to be on top of the thread.
    pub(super) told: &'a Cell<u64>,
}

/// All lanes there are.
pub(crate) fn all() -> impl Iterator<Item = &'static Lane> {
    std::iter::successors(at(&LANES), |lane| at(&lane.next))
}

fn at(link: &AtomicPtr<Lane>) -> Option<&'static Lane> {
    // SAFETY: a link is null or set by `create` to a mapped, initialised lane, and lanes stay mapped.
    unsafe { link.load(Ordering::Acquire).as_ref() }
}

/// A lane for this thread alone, until it is released.
pub(super) fn take(hint: Option<&'static Lane>) -> Option<&'static Lane> {
    let taken = hint.filter(|lane| lane.claim()).or_else(|| all().find(|lane| lane.claim())).or_else(create);
    // What the thread wrote before may be in another lane: that it comes before this must be in the key.
    EPOCH.ends();
    taken
}

fn create() -> Option<&'static Lane> {
    let lane = alone(EVENTS)?;
    let link = |head| {
        lane.next.store(head, Ordering::Relaxed);
        Some(std::ptr::from_ref(lane).cast_mut())
    };
    LANES.fetch_update(Ordering::Release, Ordering::Relaxed, link).ok()?;
    Some(lane)
}

/// A lane that is taken, and is not one of [`all`]; it holds [`EVENTS`] or [`DESCRIPTIONS`].
pub(super) fn alone(holds: u64) -> Option<&'static Lane> {
    // It would get no segment, and its memory is never given back.
    if spool::is_shared() && spool::is_full() {
        return None;
    }
    let memory = sys::map(size_of::<Lane>())?.cast::<Lane>();
    // SAFETY: `map` gave zeroed, page-aligned memory of this size, nobody else has its address, and
    // all zero is a valid `Lane`.
    let lane: &'static Lane = unsafe { memory.as_ref() };
    lane.gate.taken.store(true, Ordering::Relaxed);
    let chunk = if spool::is_shared() {
        // SAFETY: `share` gave zeroed memory of the size of a segment, which is no smaller than a chunk, aligned as a
        // page, and mapped for good.
        unsafe { spool::share()?.cast::<Chunk>().as_ref() }
    } else {
        &lane.own
    };
    // How far it is comes last: until then, the segment is empty.
    let number = COUNT.fetch_add(1, Ordering::Relaxed) + 1;
    let header = [Filled::none(0).0, number, holds];
    for (word, value) in chunk.iter().zip(header).rev() {
        word.store(value, Ordering::Release);
    }
    lane.chunk.store(std::ptr::from_ref(chunk).cast_mut(), Ordering::Release);
    Some(lane)
}

impl Lane {
    pub(super) fn claim(&self) -> bool {
        self.gate.claim()
    }

    /// Ends what [`take`] began.
    pub(super) fn release(&self) {
        self.limit.store(0, Ordering::Relaxed);
        self.gate.release();
    }

    /// Appends a record. `payload` gets what to add to the key of the record before. Without room it is lost.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "most of it is known where it is called")]
    pub(super) fn write(&self, who: Writes<'_>, order: Order, payload: impl FnOnce(&mut Writer<'_>, u64)) {
        let words = self.chunk();
        let mut filled = Gate::filled(words);
        let is_due = filled.used() > self.limit.load(Ordering::Relaxed);
        // Before an end has its key: who makes room waits for those that have.
        if is_due && filled.used() > LAST {
            filled = self.anew();
        }
        let key = match order {
            Order::Own => self.key.load(Ordering::Relaxed),
            Order::Begins => EPOCH.begins(),
            Order::Ends => self.gate.ends(&EPOCH),
        };
        let delta = if is_due || who.frame != who.told.get() { None } else { self.goes_on_to(key) };
        if delta.is_none() {
            filled = self.turn(filled, who, order, key);
        }
        match Writer::at(words, filled) {
            Some(mut writer) => {
                payload(&mut writer, delta.unwrap_or(0));
                writer.commit();
            }
            None => lose(),
        }
        if order == Order::Ends {
            self.gate.ended();
        }
    }

    /// The next record has this key: what it adds to that of the record before, if that can be said.
    #[inline]
    fn goes_on_to(&self, key: u64) -> Option<u64> {
        let delta = key.wrapping_sub(self.key.load(Ordering::Relaxed));
        if delta >> DELTA != 0 {
            return None;
        }
        self.key.store(key, Ordering::Relaxed);
        Some(delta)
    }

    /// The place behind the record before, if there is one for a record with the same time.
    #[inline]
    pub(super) fn place(&self) -> Option<Writer<'_>> {
        let words = self.chunk();
        let filled = Gate::filled(words);
        if filled.used() > self.limit.load(Ordering::Relaxed) { None } else { Writer::at(words, filled) }
    }

    /// Appends what begins or ends in a [`place`](Self::place). Without one for its key, it is not written.
    #[inline]
    pub(super) fn write_at(
        &self,
        mut place: Writer<'_>,
        order: Order,
        payload: impl FnOnce(&mut Writer<'_>, u64),
    ) -> bool {
        let key = if order == Order::Ends { self.gate.ends(&EPOCH) } else { EPOCH.begins() };
        let delta = self.goes_on_to(key);
        if let Some(delta) = delta {
            payload(&mut place, delta);
            place.commit();
        }
        if order == Order::Ends {
            self.gate.ended();
        }
        delta.is_some()
    }

    /// Says what is not as it was for the record before, if there is a place.
    #[cold]
    #[inline(never)]
    fn turn(&self, filled: Filled, who: Writes<'_>, order: Order, key: u64) -> Filled {
        let Some(mut writer) = Writer::at(self.chunk(), filled) else { return filled };
        let mut say = |kind: Kind, number: u64| writer.push(kind as u64 | NUMBER.put(number));
        let thread = who.thread.get();
        let switched = self.thread.swap(thread, Ordering::Relaxed) != thread;
        if switched {
            say(Kind::Switch, thread.into());
        }
        let is_due = switched || filled.used() > self.limit.load(Ordering::Relaxed);
        let key = if is_due && order == Order::Own { EPOCH.begins() } else { key };
        if is_due {
            say(Kind::Time, sys::since_start());
        }
        if self.key.swap(key, Ordering::Relaxed) != key || switched {
            say(Kind::Epoch, key);
        }
        if who.told.replace(who.frame) != who.frame {
            writer.push(Kind::OnTop as u64);
            writer.push(who.frame);
        }
        let filled = filled.and(writer.at);
        if is_due {
            let period = PERIOD.load(Ordering::Relaxed);
            self.limit.store((filled.used() + period - 1).min(LAST), Ordering::Relaxed);
        }
        filled
    }

    /// Appends a record that is no event: without key and time.
    pub(super) fn describe(&self, payload: impl FnOnce(&mut Writer<'_>)) {
        let words = self.chunk();
        let filled = Gate::filled(words);
        let filled = if filled.used() <= LAST { filled } else { self.anew() };
        if let Some(mut writer) = Writer::at(words, filled) {
            payload(&mut writer);
            writer.commit();
        }
    }

    /// Hands the full chunk over, if anybody takes it: how far it is then.
    #[cold]
    #[inline(never)]
    fn anew(&self) -> Filled {
        if spool::is_crowded() {
            super::make_room();
        }
        self.spool();
        Gate::filled(self.chunk())
    }

    #[inline]
    fn chunk(&self) -> &Chunk {
        // SAFETY: `alone` set it to `own`, or to mapped memory that is never given back.
        unsafe { &*self.chunk.load(Ordering::Acquire) }
    }

    /// Writes the chunk to the spool and starts it anew.
    #[cold]
    pub(super) fn spool(&self) {
        let chunk = self.chunk();
        let Some(words) = chunk.get(..size(Gate::filled(chunk).used())) else { return };
        // SAFETY: the words are initialised, `u8` has no alignment, and only this thread writes them.
        let bytes = unsafe { std::slice::from_raw_parts(words.as_ptr().cast(), size_of_val(words)) };
        let Some(segment) = spool::append(bytes) else { return };
        Gate::restart(chunk, segment);
        // So that a segment can be read without those before it.
        self.thread.store(0, Ordering::Relaxed);
        self.limit.store(0, Ordering::Relaxed);
    }

    /// Writes what is not in the file yet. To be called when nothing is recorded any more.
    pub(crate) fn flush(&self) {
        let used = size(Filled(self.chunk()[FILLED].load(Ordering::Acquire)).used());
        if used > START {
            let words = self.chunk().iter().take(used).map(|word| word.load(Ordering::Relaxed));
            let bytes: Vec<u8> = words.flat_map(u64::to_ne_bytes).collect();
            spool::append(&bytes);
        }
    }

    /// The last segment in the spool, 0 if none.
    pub(super) fn spooled(&self) -> u64 {
        Gate::spooled(self.chunk())
    }

    /// Copies the committed words from `from` on, if `spooled` is still the last segment.
    pub(super) fn copy(&self, spooled: u64, from: usize, into: &mut Vec<u64>) -> bool {
        Gate::copy(self.chunk(), spooled, from, into)
    }
}

/// A record being written.
pub(super) struct Writer<'a> {
    words: &'a Chunk,
    /// What is before it.
    filled: Filled,
    /// Its place, which is long enough for any.
    place: &'a [AtomicU64; LONGEST],
    /// How long it is by now.
    at: usize,
}

impl<'a> Writer<'a> {
    /// A record behind what is there, if there is a place.
    #[inline]
    fn at(words: &'a Chunk, filled: Filled) -> Option<Self> {
        let place = words.get(size(filled.used())..)?.first_chunk()?;
        Some(Self { words, filled, place, at: 0 })
    }

    /// Appends a word.
    #[inline]
    pub(super) fn push(&mut self, word: u64) {
        self.put(self.at, word);
        self.at += 1;
    }

    /// Leaves a place for words that are known later.
    #[inline]
    pub(super) fn skip(&mut self, words: usize) -> usize {
        let place = self.at;
        self.at += words;
        place
    }

    /// Fills a place.
    #[inline]
    pub(super) fn put(&mut self, place: usize, word: u64) {
        if let Some(cell) = self.place.get(place) {
            cell.store(word, Ordering::Relaxed);
        }
    }

    /// Publishes what was written.
    #[inline]
    pub(super) fn commit(self) {
        Gate::commit(self.words, self.filled.and(self.at));
    }

    /// Appends a text: its length, then its bytes.
    pub(super) fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    /// Appends bytes: how many, then the bytes.
    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.push(bytes.len() as u64);
        for part in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..part.len()].copy_from_slice(part);
            self.push(u64::from_le_bytes(word));
        }
    }
}
