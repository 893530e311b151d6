//! Lanes: the memory that records are appended to, one writer at a time, readable at any time.
//!
//! A lane holds one chunk of words. The writer publishes how many are committed; readers copy that
//! prefix and look again whether the chunk was handed to the spool meanwhile (a sequence lock whose
//! version is the last spooled segment). Lanes are never freed: when a thread ends, the next one
//! goes on in the same chunk.
//!
//! Where the trace is a file, the chunk is a segment of the file itself, shared with the system: what is committed is
//! in the file, whatever ends the process. Then nobody reads the lanes.

use std::ptr::NonNull;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, AtomicU64, Ordering, fence};

use super::word::{HEAD, Head, Kind, LONGEST, size};
use super::{spool, sys};

/// Words of a chunk; the first [`START`] are the header of the segment it becomes.
pub(crate) const CHUNK: usize = 8192 - 16;
/// Where records begin: before them are the words in use, the lane's segment before this one, the lane, and what the
/// records are.
pub(crate) const START: usize = 4;
/// In the header: events.
pub(crate) const EVENTS: u64 = 1;
/// In the header: descriptions of functions and types.
pub(crate) const DESCRIPTIONS: u64 = 2;

/// Places in the header.
const USED: usize = 0;
const BEFORE: usize = 1;

/// The memory of a lane.
pub(super) type Chunk = [AtomicU64; CHUNK];

static LANES: AtomicPtr<Lane> = AtomicPtr::new(std::ptr::null_mut());
static COUNT: AtomicU64 = AtomicU64::new(0);
static NUMBERS: AtomicU64 = AtomicU64::new(0);

/// How many numbers were given to records so far. Whoever sees a number also sees the `writing` of
/// its lane.
pub(crate) fn numbered() -> u64 {
    NUMBERS.load(Ordering::Acquire)
}

/// Takes a number for a record that has no place: the drain will miss it, and count it.
pub(super) fn lose() {
    NUMBERS.fetch_add(1, Ordering::AcqRel);
}

/// See the module. All zero is a valid, free lane without a chunk.
#[repr(C)]
pub(crate) struct Lane {
    next: AtomicPtr<Lane>,
    taken: AtomicBool,
    writing: AtomicBool,
    /// Whose records come next.
    thread: AtomicU32,
    /// Its number, from 1.
    number: AtomicU64,
    /// [`EVENTS`] or [`DESCRIPTIONS`].
    holds: AtomicU64,
    /// Number of the last segment of this lane in the spool, from 1.
    spooled: AtomicU64,
    /// `own`, or a segment of the file.
    chunk: AtomicPtr<Chunk>,
    own: Chunk,
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
    hint.filter(|lane| lane.claim()).or_else(|| all().find(|lane| lane.claim())).or_else(create)
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

/// A lane that is taken, and is not one of [`all`].
pub(super) fn alone(holds: u64) -> Option<&'static Lane> {
    // It would get no segment, and its memory is never given back.
    if spool::is_shared() && spool::is_full() {
        return None;
    }
    let memory = sys::map(size_of::<Lane>())?.cast::<Lane>();
    // SAFETY: `map` gave zeroed, page-aligned memory of this size, nobody else has its address, and
    // all zero is a valid `Lane`.
    let lane: &'static Lane = unsafe { memory.as_ref() };
    lane.taken.store(true, Ordering::Relaxed);
    lane.number.store(COUNT.fetch_add(1, Ordering::Relaxed) + 1, Ordering::Relaxed);
    lane.holds.store(holds, Ordering::Relaxed);
    if spool::is_shared() {
        lane.next_segment().then_some(lane)
    } else {
        lane.begin(&lane.own, 0);
        Some(lane)
    }
}

impl Lane {
    pub(super) fn claim(&self) -> bool {
        !self.taken.load(Ordering::Relaxed)
            && self.taken.compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed).is_ok()
    }

    /// Ends what [`take`] began.
    pub(super) fn release(&self) {
        self.taken.store(false, Ordering::Release);
    }

    /// Whether a record is between its number and its publication.
    pub(super) fn writing(&self) -> bool {
        self.writing.load(Ordering::Acquire)
    }

    /// Appends a record of `thread`. Without room it takes a number all the same, and is lost.
    pub(super) fn write(&self, thread: u32, head: Head, payload: impl FnOnce(&mut Writer<'_>)) {
        self.writing.store(true, Ordering::Relaxed);
        let room = self.make_room();
        let seq = NUMBERS.fetch_add(1, Ordering::AcqRel) + 1;
        if room {
            let mut writer = self.writer();
            if self.thread.load(Ordering::Relaxed) != thread {
                self.thread.store(thread, Ordering::Relaxed);
                writer.push(Head::new(Kind::Switch).detail(thread).pack(1));
            }
            let start = writer.pos;
            writer.pos += 1;
            writer.push(seq);
            writer.push(sys::since_start());
            payload(&mut writer);
            writer.put(start, head.pack(writer.pos - start));
            writer.commit();
        }
        self.writing.store(false, Ordering::Release);
    }

    /// Appends a record that is no event: without number and time.
    pub(super) fn describe(&self, head: Head, payload: impl FnOnce(&mut Writer<'_>)) {
        if self.make_room() {
            let mut writer = self.writer();
            let start = writer.skip(HEAD);
            payload(&mut writer);
            writer.put(start, head.pack(writer.pos - start));
            writer.commit();
        }
    }

    fn make_room(&self) -> bool {
        let used = size(self.chunk()[USED].load(Ordering::Relaxed));
        used + LONGEST <= CHUNK || if spool::is_shared() { self.next_segment() } else { self.spool() }
    }

    fn writer(&self) -> Writer<'_> {
        let words = self.chunk();
        Writer { words, pos: size(words[USED].load(Ordering::Relaxed)) }
    }

    fn chunk(&self) -> &Chunk {
        // SAFETY: it is `own`, or the mapped segment that the lane writes into: only whoever has taken the lane
        // exchanges that, and nobody else looks at it.
        unsafe { &*self.chunk.load(Ordering::Acquire) }
    }

    /// Goes on in `chunk`, which is empty, after the segment `before`.
    fn begin(&self, chunk: &Chunk, before: u64) {
        let header =
            [START as u64, before, self.number.load(Ordering::Relaxed), self.holds.load(Ordering::Relaxed)];
        // The words in use come last: until then, the segment is empty.
        for (word, value) in chunk.iter().zip(header).rev() {
            word.store(value, Ordering::Release);
        }
        self.chunk.store(std::ptr::from_ref(chunk).cast_mut(), Ordering::Release);
    }

    /// Goes on in the next segment of the file, and leaves the last one to it.
    #[cold]
    fn next_segment(&self) -> bool {
        let Some((number, memory)) = spool::share() else { return false };
        // SAFETY: `share` gave zeroed memory of the size of a segment, which is no smaller than a chunk, aligned as a
        // page, and mapped until it is given back.
        let chunk = unsafe { memory.cast::<Chunk>().as_ref() };
        let last = self.chunk.load(Ordering::Relaxed);
        self.begin(chunk, self.spooled.swap(number, Ordering::Relaxed));
        if let Some(last) = NonNull::new(last) {
            spool::give_back(last.cast());
        }
        true
    }

    /// Writes the chunk to the spool and starts it anew.
    #[cold]
    pub(super) fn spool(&self) -> bool {
        let chunk = self.chunk();
        let Some(words) = chunk.get(..size(chunk[USED].load(Ordering::Relaxed))) else {
            return false;
        };
        // SAFETY: the words are initialised, `u8` has no alignment, and only this thread writes them.
        let bytes = unsafe { std::slice::from_raw_parts(words.as_ptr().cast(), size_of_val(words)) };
        let Some(segment) = spool::append(bytes) else {
            return false;
        };
        self.spooled.store(segment, Ordering::Release);
        fence(Ordering::Release);
        chunk[BEFORE].store(segment, Ordering::Relaxed);
        chunk[USED].store(START as u64, Ordering::Release);
        true
    }

    /// Writes what is not in the file yet. To be called when nothing is recorded any more.
    pub(crate) fn flush(&self) {
        let chunk = self.chunk();
        let used = size(chunk[USED].load(Ordering::Acquire));
        if used > START {
            let words = chunk.iter().take(used).map(|word| word.load(Ordering::Relaxed));
            let bytes: Vec<u8> = words.flat_map(u64::to_ne_bytes).collect();
            spool::append(&bytes);
        }
    }

    /// The last segment in the spool, 0 if none.
    pub(super) fn spooled(&self) -> u64 {
        self.spooled.load(Ordering::Acquire)
    }

    /// Copies the committed words from `from` on, if `spooled` is still the last segment.
    pub(super) fn copy(&self, spooled: u64, from: usize, into: &mut Vec<u64>) -> bool {
        into.clear();
        let chunk = self.chunk();
        let words = chunk.get(from..size(chunk[USED].load(Ordering::Acquire))).unwrap_or(&[]);
        into.extend(words.iter().map(|word| word.load(Ordering::Relaxed)));
        fence(Ordering::Acquire);
        let valid = self.spooled.load(Ordering::Relaxed) == spooled;
        if !valid {
            into.clear();
        }
        valid
    }
}

/// A record being written.
pub(super) struct Writer<'a> {
    words: &'a Chunk,
    pos: usize,
}

impl Writer<'_> {
    /// Appends a word.
    pub(super) fn push(&mut self, word: u64) {
        self.put(self.pos, word);
        self.pos += 1;
    }

    /// Leaves a place for words that are known later.
    pub(super) fn skip(&mut self, words: usize) -> usize {
        let place = self.pos;
        self.pos += words;
        place
    }

    /// Fills a place.
    pub(super) fn put(&mut self, place: usize, word: u64) {
        if let Some(cell) = self.words.get(place) {
            cell.store(word, Ordering::Relaxed);
        }
    }

    /// Publishes what was written.
    fn commit(self) {
        self.words[USED].store(self.pos as u64, Ordering::Release);
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
