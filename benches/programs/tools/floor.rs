//! What keeping every event costs at least: a record of 16 bytes for each, written by hand.
//!
//! A thread appends to a buffer of its own, without a clock, a lock or a count that threads share. A full buffer is
//! written to a file by the thread itself, or, in the variant that does not keep its events, overwritten.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::fs::{self, File};
use std::io::Write;
use std::mem::size_of_val;
use std::path::Path;
use std::ptr::from_ref;
use std::sync::atomic::{AtomicU64, Ordering};

/// Whether full buffers are written.
const KEPT: bool = true;
/// Records of a buffer of 64 KiB.
const RECORDS: usize = 4096;

static WRITTEN: AtomicU64 = AtomicU64::new(0);
static FILES: AtomicU64 = AtomicU64::new(0);

/// What happened, and to what.
type Record = [u64; 2];

struct Lane {
    used: Cell<usize>,
    file: Cell<Option<&'static File>>,
    records: [Cell<Record>; RECORDS],
}

thread_local! {
    static LANE: Lane = const {
        Lane { used: Cell::new(0), file: Cell::new(None), records: [const { Cell::new([0; 2]) }; RECORDS] }
    };
}

/// What a record is about; it stands in the upper half of its first word.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Enter = 1,
    Exit,
    Bind,
    Drop,
    Allocated,
    Freed,
    Resized,
}

#[inline]
fn append(kind: Kind, detail: u32, word: u64) {
    LANE.with(|lane| {
        if lane.records.get(lane.used.get()).is_none() {
            lane.write();
        }
        if let Some(place) = lane.records.get(lane.used.get()) {
            place.set([(kind as u64) << 32 | u64::from(detail), word]);
            lane.used.set(lane.used.get() + 1);
        }
    });
}

impl Lane {
    /// Starts the buffer anew; its records go to the file.
    #[cold]
    fn write(&self) {
        let used = self.used.replace(0);
        let Some((records, mut file)) = self.records.get(..used).zip(self.file.get()) else { return };
        // SAFETY: the records are initialised words without padding, `Cell<T>` has the layout of `T`, `u8` has no
        // alignment, and nothing is appended by this thread, the only one that can, until `write_all` is done.
        let bytes =
            unsafe { std::slice::from_raw_parts(from_ref(records).cast::<u8>(), size_of_val(records)) };
        if file.write_all(bytes).is_ok() {
            WRITTEN.fetch_add(used as u64, Ordering::Relaxed);
        }
    }
}

/// A frame: entered now, left when it is dropped.
#[derive(Debug)]
pub struct Frame(u32);

impl Frame {
    /// Records the entry.
    #[inline]
    #[must_use]
    pub fn enter(site: u32) -> Self {
        append(Kind::Enter, site, 0);
        Self(site)
    }
}

impl Drop for Frame {
    #[inline]
    fn drop(&mut self) {
        append(Kind::Exit, self.0, 0);
    }
}

/// A local with drop glue: bound now, dropped (or moved before) when this is.
#[derive(Debug)]
pub struct Local(u32);

impl Local {
    /// Records the local and its address.
    #[inline]
    #[must_use]
    pub fn bind<T>(site: u32, local: &T) -> Self {
        append(Kind::Bind, site, from_ref(local).addr() as u64);
        Self(site)
    }
}

/// Records a local without drop glue and its address.
#[inline]
pub fn show<T>(site: u32, local: &T) {
    append(Kind::Bind, site, from_ref(local).addr() as u64);
}

impl Drop for Local {
    #[inline]
    fn drop(&mut self) {
        append(Kind::Drop, self.0, 0);
    }
}

/// The system's allocator; each request is recorded with its address and size.
#[derive(Debug)]
pub struct Alloc;

fn bytes(layout: Layout) -> u32 {
    u32::try_from(layout.size()).unwrap_or(u32::MAX)
}

// SAFETY: each method passes its arguments on to the system's allocator, and gives back what that gives; `append` does
// not allocate.
unsafe impl GlobalAlloc for Alloc {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps to what `alloc` asks for.
        let block = unsafe { System.alloc(layout) };
        append(Kind::Allocated, bytes(layout), block.addr() as u64);
        block
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps to what `alloc_zeroed` asks for.
        let block = unsafe { System.alloc_zeroed(layout) };
        append(Kind::Allocated, bytes(layout), block.addr() as u64);
        block
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        append(Kind::Freed, bytes(layout), block.addr() as u64);
        // SAFETY: the caller keeps to what `realloc` asks for.
        let block = unsafe { System.realloc(block, layout, new_size) };
        append(Kind::Resized, u32::try_from(new_size).unwrap_or(u32::MAX), block.addr() as u64);
        block
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        append(Kind::Freed, bytes(layout), block.addr() as u64);
        // SAFETY: the caller keeps to what `dealloc` asks for.
        unsafe { System.dealloc(block, layout) };
    }
}

/// See `plain.rs`.
pub fn during(program: impl FnOnce()) {
    program();
}

/// See `plain.rs`. The thread's file has no name once it is open: it goes when the process does.
///
/// # Panics
///
/// If there can be no file.
pub fn in_thread<R>(work: impl FnOnce() -> R) -> R {
    if KEPT {
        let name = format!("floor-{}-{}", std::process::id(), FILES.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        let file: &'static File = Box::leak(Box::new(open(&path)));
        LANE.with(|lane| lane.file.set(Some(file)));
    }
    let result = work();
    LANE.with(Lane::write);
    result
}

fn open(path: &Path) -> File {
    let file = File::create_new(path).expect("the temporary folder takes files");
    fs::remove_file(path).expect("an open file can lose its name");
    file
}

/// See `plain.rs`.
pub fn batch(work: impl FnOnce() -> u64) -> u64 {
    work()
}

/// The events that were written.
#[must_use]
pub fn kept() -> Option<u64> {
    KEPT.then(|| WRITTEN.load(Ordering::Relaxed))
}

#[cfg(test)]
mod tests {
    use super::{Frame, Local, RECORDS, WRITTEN, in_thread, show};
    use std::sync::atomic::Ordering;

    #[test]
    fn every_event_is_written() {
        in_thread(|| {
            for site in 0..10_000 {
                let _frame = Frame::enter(site);
                let _local = Local::bind(site, &site);
                show(site, &site);
            }
        });
        assert_eq!(WRITTEN.load(Ordering::Relaxed), 50_000);
        assert_eq!(RECORDS * 16, 64 * 1024);
    }
}
