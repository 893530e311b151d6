//! Reads the records of a file in their order, a segment of each lane at a time.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;

use super::descriptions::Descriptions;
use super::{
    Error, FINISHED, FLAGS, FULL, IMAGES, LOST, MAGIC, NON_LIFO, ORDER, PID, PROGRAM, SKIPPED, STARTED,
    TEXTS, VERSION,
};
use crate::capture::cursor::Cursor;
use crate::capture::decode::Decoder;
use crate::capture::lane::{CHUNK, DESCRIPTIONS, EVENTS, Filled, START};
use crate::capture::spool::SEGMENT;
use crate::record::Record;
use crate::report::Losses;
use crate::wire::Header;

/// A trace in a file.
///
/// Its memory grows with the threads that ran at the same time, and with the functions and types in the trace, not with
/// its length.
#[derive(Debug)]
pub struct Reader {
    file: File,
    header: Header,
    images: Vec<Range<usize>>,
    /// How much was lost, as the program said at its end; `None` if it was killed.
    said: Option<Losses>,
    full: bool,
    lanes: Vec<Vec<Segment>>,
    described: Descriptions,
}

impl Reader {
    /// Opens a trace and reads its descriptions.
    ///
    /// ```
    /// use trace_memory::file::{Error, Reader};
    ///
    /// assert!(matches!(Reader::open("Cargo.toml".as_ref()), Err(Error::NotATrace)));
    /// ```
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub fn open(path: &Path) -> Result<Self, Error> {
        let mut file = File::open(path)?;
        let length = file.seek(SeekFrom::End(0))?;
        let head = words(&mut file, 0, TEXTS.min(usize::try_from(length / 8).unwrap_or(0)))?;
        let word = |at: usize| head.get(at).copied().unwrap_or(0);
        if word(0) != MAGIC && word(0) != MAGIC.swap_bytes() {
            return Err(Error::NotATrace);
        }
        if word(0) != MAGIC || word(2) != ORDER || word(3) != size_of::<usize>() as u64 {
            return Err(Error::OtherMachine);
        }
        if word(1) != VERSION || word(4) != SEGMENT {
            return Err(Error::Version(word(1)));
        }
        let (program, images) = texts(&mut file, word(PROGRAM), word(IMAGES))?;
        let header = Header {
            pid: u32::try_from(word(PID)).unwrap_or(0),
            program,
            started_ms: word(STARTED),
            allocator: word(FLAGS) & 1 != 0,
            debug_assertions: word(FLAGS) & 2 != 0,
            coarse_clock: word(FLAGS) & 4 != 0,
        };
        let heap_unseen = !header.allocator;
        let (lost, skipped, non_lifo) = (word(LOST), word(SKIPPED), word(NON_LIFO));
        let said = (word(FINISHED) != 0).then_some(Losses { heap_unseen, lost, skipped, non_lifo });
        let (lanes, descriptions) = segments(&mut file, length)?;
        let mut described = Descriptions::default();
        for segment in descriptions {
            described.read(&segment_words(&mut file, segment)?);
        }
        Ok(Self { file, header, images, said, full: word(FULL) != 0, lanes, described })
    }

    /// What the program said of itself.
    ///
    /// ```no_run
    /// let reader = trace_memory::file::Reader::open("trace.bin".as_ref())?;
    /// println!("{}", reader.header().program);
    /// # Ok::<(), trace_memory::file::Error>(())
    /// ```
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The addresses of the program's own image.
    ///
    /// ```no_run
    /// let reader = trace_memory::file::Reader::open("trace.bin".as_ref())?;
    /// println!("{:?}", reader.images());
    /// # Ok::<(), trace_memory::file::Error>(())
    /// ```
    #[must_use]
    pub fn images(&self) -> &[Range<usize>] {
        &self.images
    }

    /// Whether the program ended by itself, and was not killed.
    ///
    /// ```no_run
    /// let reader = trace_memory::file::Reader::open("trace.bin".as_ref())?;
    /// assert!(reader.is_finished());
    /// # Ok::<(), trace_memory::file::Error>(())
    /// ```
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.said.is_some()
    }

    /// Whether the file took no more at some time: what the program did after that is missing. Of one that was killed,
    /// nobody knows how much.
    ///
    /// ```no_run
    /// let reader = trace_memory::file::Reader::open("trace.bin".as_ref())?;
    /// assert!(!reader.is_full());
    /// # Ok::<(), trace_memory::file::Error>(())
    /// ```
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.full
    }

    /// Hands on all records in their order, and says what is missing.
    ///
    /// ```no_run
    /// use trace_memory::file::Reader;
    ///
    /// let mut count = 0;
    /// let losses = Reader::open("trace.bin".as_ref())?.records(&mut |_| count += 1)?;
    /// println!("{count} records, {} lost", losses.lost);
    /// # Ok::<(), trace_memory::file::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of reading; a damaged record, with its place.
    pub fn records(self, each: &mut dyn FnMut(Record)) -> Result<Losses, Error> {
        let Self { mut file, said, lanes, described, header, .. } = self;
        let mut decoder = Decoder::default();
        let mut lanes: Vec<Lane> = lanes.into_iter().map(Lane::new).collect();
        let mut heads = BinaryHeap::new();
        for (index, lane) in lanes.iter_mut().enumerate() {
            heads.extend(lane.head(&mut file, &mut decoder)?.map(|key| Reverse((key, index))));
        }
        while let Some(Reverse((key, index))) = heads.pop() {
            let Some(lane) = lanes.get_mut(index) else { continue };
            // As long as no other lane has a smaller key, it goes on in this one.
            let (mut next, limit) = (Some(key), heads.peek().map(|Reverse(other)| *other));
            while let Some(key) = next.filter(|key| limit.is_none_or(|limit| (*key, index) <= limit)) {
                if let Some(record) = lane.take(&mut decoder, &described)? {
                    each(record);
                }
                next = lane.head(&mut file, &mut decoder)?;
                if next.is_some_and(|next| next.0 < key.0) {
                    return Err(lane.damaged(lane.cursor.done(), "the order of its events goes back"));
                }
            }
            heads.extend(next.map(|key| Reverse((key, index))));
        }
        let unsaid = Losses { heap_unseen: !header.allocator, lost: 0, skipped: 0, non_lifo: 0 };
        Ok(said.unwrap_or(unsaid))
    }
}

/// Words of the file.
fn words(file: &mut File, at: u64, count: usize) -> Result<Vec<u64>, Error> {
    let mut bytes = vec![0; count * 8];
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(&mut bytes)?;
    let words = bytes.chunks_exact(8).filter_map(|word| word.first_chunk());
    Ok(words.map(|word| u64::from_ne_bytes(*word)).collect())
}

/// The texts of the header: the name of the program, and its images.
fn texts(file: &mut File, program: u64, images: u64) -> Result<(String, Vec<Range<usize>>), Error> {
    let damaged = Error::Damaged { at: PROGRAM as u64 * 8, what: "the header is longer than its segment" };
    let (program, images) = match (usize::try_from(program), usize::try_from(images)) {
        (Ok(program), Ok(images)) if program < 1 << 16 && images < 1 << 12 => (program, images),
        _ => return Err(damaged),
    };
    let text = words(file, TEXTS as u64 * 8, program.div_ceil(8) + images * 2)?;
    let (name, images) = text.split_at_checked(program.div_ceil(8)).ok_or(damaged)?;
    let name: Vec<u8> = name.iter().flat_map(|word| word.to_ne_bytes()).take(program).collect();
    let address = |word: u64| usize::try_from(word).unwrap_or(usize::MAX);
    let images = images.chunks_exact(2).map(|pair| address(pair[0])..address(pair[1])).collect();
    Ok((String::from_utf8_lossy(&name).into_owned(), images))
}

/// A segment of a lane, and the one before it there (0: none).
#[derive(Debug)]
struct Segment {
    before: u64,
    segment: u64,
}

/// The segments of each lane, and those with descriptions, in their order.
fn segments(file: &mut File, length: u64) -> Result<(Vec<Vec<Segment>>, Vec<u64>), Error> {
    // By what they hold and their lane, and by the segment before: how many words, and which segment.
    let mut lanes = BTreeMap::<(u64, u64), BTreeMap<u64, (u64, u64)>>::new();
    let mut empty = Vec::new();
    // A file that was cut off may end within a segment.
    for segment in 1..length.div_ceil(SEGMENT) {
        let at = segment * SEGMENT;
        if length < at + START as u64 * 8 {
            break;
        }
        let header = words(file, at, START)?;
        let &[filled, lane, holds] = &header[..] else { continue };
        // Reserved, and not yet used when the program was killed.
        if filled == 0 {
            empty.push((at, (holds, lane)));
            continue;
        }
        let (used, before) = (Filled(filled).used(), Filled(filled).before());
        if used < START as u64 || used > CHUNK as u64 {
            return Err(Error::Damaged { at, what: "a segment of no such length" });
        }
        if holds != EVENTS && holds != DESCRIPTIONS {
            return Err(Error::Damaged { at: at + 16, what: "a segment of an unknown kind" });
        }
        let place = lanes.entry((holds, lane)).or_default().entry(before).or_insert((used, segment));
        // A full segment is copied before it is used again. A kill in between leaves both.
        if used > place.0 {
            *place = (used, segment);
        }
    }
    // The first segment of a lane has something in it before there is a second one.
    if let Some((at, _)) = empty.iter().find(|(_, lane)| lanes.contains_key(lane)) {
        return Err(Error::Damaged { at: *at, what: "a segment that does not say how long it is" });
    }
    let (mut events, mut descriptions) = (Vec::new(), Vec::new());
    for ((holds, _), segments) in lanes {
        let segments = segments.into_iter().map(|(before, (_, segment))| Segment { before, segment });
        if holds == EVENTS {
            events.push(segments.collect());
        } else {
            descriptions.extend(segments.map(|found| found.segment));
        }
    }
    Ok((events, descriptions))
}

/// The records of a segment.
fn segment_words(file: &mut File, segment: u64) -> Result<Vec<u64>, Error> {
    let at = segment * SEGMENT;
    let length = file.seek(SeekFrom::End(0))?;
    let used = Filled(words(file, at, 1)?.first().copied().unwrap_or(0)).used();
    let there = usize::try_from(length.saturating_sub(at) / 8).unwrap_or(CHUNK);
    let used = usize::try_from(used).unwrap_or(CHUNK).min(CHUNK).min(there);
    words(file, at + START as u64 * 8, used.saturating_sub(START))
}

/// How far a lane was read.
struct Lane {
    /// Segments not yet loaded, last first.
    waiting: Vec<Segment>,
    segment: u64,
    cursor: Cursor,
}

impl Lane {
    fn new(mut segments: Vec<Segment>) -> Self {
        segments.reverse();
        Self { waiting: segments, segment: 0, cursor: Cursor::default() }
    }

    fn damaged(&self, done: usize, what: &'static str) -> Error {
        Error::Damaged { at: self.segment * SEGMENT + (START + done) as u64 * 8, what }
    }

    /// The key and the time of the next record; `None` at the end of the lane.
    fn head(&mut self, file: &mut File, decoder: &mut Decoder) -> Result<Option<(u64, u64)>, Error> {
        loop {
            match self.cursor.head(decoder) {
                Ok(Some(key)) => return Ok(Some(key)),
                Ok(None) => {}
                Err(()) => {
                    let what = "an unknown kind of record, or one that is cut off";
                    return Err(self.damaged(self.cursor.done(), what));
                }
            }
            let Some(Segment { before, segment }) = self.waiting.pop() else { return Ok(None) };
            if before != self.segment {
                let at = segment * SEGMENT;
                return Err(Error::Damaged { at, what: "the segment before this one is missing" });
            }
            self.segment = segment;
            self.cursor.refill(segment_words(file, segment)?);
        }
    }

    /// The record that [`head`](Self::head) found.
    fn take(&mut self, decoder: &mut Decoder, described: &Descriptions) -> Result<Option<Record>, Error> {
        let done = self.cursor.done();
        let record = self.cursor.take(decoder, described);
        record.map_err(|()| self.damaged(done, "a record that makes no sense"))
    }
}
