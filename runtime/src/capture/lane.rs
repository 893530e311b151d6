//! Lanes: the memory that records are appended to, one writer at a time, readable at any time.
//!
//! A lane holds one chunk of words. The writer publishes how many are committed; readers copy that
//! prefix and look again whether the chunk was handed to the spool meanwhile (a sequence lock whose
//! version is the last spooled segment). Lanes are never freed: when a thread ends, the next one
//! goes on in the same chunk.

use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, AtomicU64, AtomicUsize, Ordering, fence};

use super::word::{Head, Kind, LONGEST};
use super::{spool, sys};

/// Words of a chunk; the first [`START`] are the header of the segment it becomes.
pub(super) const CHUNK: usize = 8192 - 16;
/// Where records begin: before them are the words in use and the lane's segment before this one.
pub(super) const START: usize = 2;

static LANES: AtomicPtr<Lane> = AtomicPtr::new(std::ptr::null_mut());
static NUMBERS: AtomicU64 = AtomicU64::new(0);

/// How many numbers were given to records so far. Whoever sees a number also sees the `writing` of
/// its lane.
pub(super) fn numbered() -> u64 {
    NUMBERS.load(Ordering::Acquire)
}

/// Takes a number for a record that has no place: the drain will miss it, and count it.
pub(super) fn lose() {
    NUMBERS.fetch_add(1, Ordering::AcqRel);
}

/// See the module. All zero is a valid, free, empty lane but for `len`.
#[repr(C)]
pub(super) struct Lane {
    next: AtomicPtr<Lane>,
    taken: AtomicBool,
    writing: AtomicBool,
    /// Whose records come next.
    thread: AtomicU32,
    /// Words committed.
    len: AtomicUsize,
    /// Number of the last segment of this lane in the spool, from 1.
    spooled: AtomicU64,
    words: [AtomicU64; CHUNK],
}

/// All lanes there are.
pub(super) fn all() -> impl Iterator<Item = &'static Lane> {
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
    let memory = sys::map(size_of::<Lane>())?.cast::<Lane>();
    // SAFETY: `map` gave zeroed, page-aligned memory of this size, nobody else has its address, and
    // all zero is a valid `Lane`.
    let lane: &'static Lane = unsafe { memory.as_ref() };
    lane.len.store(START, Ordering::Relaxed);
    lane.taken.store(true, Ordering::Relaxed);
    let link = |head| {
        lane.next.store(head, Ordering::Relaxed);
        Some(memory.as_ptr())
    };
    LANES.fetch_update(Ordering::Release, Ordering::Relaxed, link).ok()?;
    Some(lane)
}

impl Lane {
    fn claim(&self) -> bool {
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
        let room = self.len.load(Ordering::Relaxed) + LONGEST <= CHUNK || self.spool();
        let seq = NUMBERS.fetch_add(1, Ordering::AcqRel) + 1;
        if room {
            let mut writer = Writer { lane: self, pos: self.len.load(Ordering::Relaxed) };
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
            self.len.store(writer.pos, Ordering::Release);
        }
        self.writing.store(false, Ordering::Release);
    }

    /// Writes the chunk to the spool and starts it anew.
    #[cold]
    fn spool(&self) -> bool {
        let used = self.len.load(Ordering::Relaxed);
        let before = self.spooled.load(Ordering::Relaxed);
        self.words[0].store(used as u64, Ordering::Relaxed);
        self.words[1].store(before, Ordering::Relaxed);
        let Some(words) = self.words.get(..used) else {
            return false;
        };
        // SAFETY: the words are initialised, `u8` has no alignment, and only this thread writes them.
        let bytes = unsafe { std::slice::from_raw_parts(words.as_ptr().cast(), size_of_val(words)) };
        let Some(segment) = spool::append(bytes) else {
            return false;
        };
        self.spooled.store(segment, Ordering::Release);
        fence(Ordering::Release);
        self.len.store(START, Ordering::Release);
        true
    }

    /// The last segment in the spool, 0 if none.
    pub(super) fn spooled(&self) -> u64 {
        self.spooled.load(Ordering::Acquire)
    }

    /// Copies the committed words from `from` on, if `spooled` is still the last segment.
    pub(super) fn copy(&self, spooled: u64, from: usize, into: &mut Vec<u64>) -> bool {
        into.clear();
        let len = self.len.load(Ordering::Acquire);
        let words = self.words.get(from..len).unwrap_or(&[]);
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
    lane: &'a Lane,
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
        if let Some(cell) = self.lane.words.get(place) {
            cell.store(word, Ordering::Relaxed);
        }
    }

    /// Appends a text: its length, then its bytes.
    pub(super) fn text(&mut self, text: &str) {
        let bytes = text.as_bytes();
        self.push(bytes.len() as u64);
        for part in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..part.len()].copy_from_slice(part);
            self.push(u64::from_le_bytes(word));
        }
    }
}
