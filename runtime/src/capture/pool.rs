//! Places for what futures leave behind while they are suspended, outside of the program's memory. A future carries the
//! number of a place, and nothing else: it stays small.
//!
//! A thread takes places from a row of its own, and gives back to it what came to its end there, whoever took it. Full
//! rows go from thread to thread ([`rows`](super::rows)).

use std::cell::{Cell, UnsafeCell};
use std::mem::MaybeUninit;
use std::ptr::{NonNull, null_mut};
use std::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, Ordering};

use super::rows::Rows;
use super::sys;

/// Places in a row.
const ROW: u32 = 32;
/// Places that are mapped together. Most are never touched, and so take no memory.
const CHUNK: u32 = 4096;
/// Chunks at most: 4,194,304 places.
const CHUNKS: u32 = 1024;

/// The number of a place, or of none. It is small, and fits between whatever else a future holds: 24 bits are enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Number([u8; 3]);

impl Number {
    pub(super) const NONE: Self = Self([0; 3]);

    #[inline]
    pub(super) fn is_none(self) -> bool {
        self == Self::NONE
    }

    #[inline]
    fn new(number: u32) -> Self {
        let [a, b, c, _] = number.to_le_bytes();
        Self([a, b, c])
    }

    #[inline]
    fn get(self) -> u32 {
        let [a, b, c] = self.0;
        u32::from_le_bytes([a, b, c, 0])
    }
}

/// See the module. All zero is a place without a value.
struct Place<T> {
    /// The next one of its row; 0 at the end.
    next: AtomicU32,
    /// The row below in the stack, kept in the first place of a row.
    below: AtomicU32,
    value: UnsafeCell<MaybeUninit<T>>,
}

/// See the module.
pub(super) struct Pool<T> {
    chunks: [AtomicPtr<Place<T>>; CHUNKS as usize],
    /// How many places were given out once: the number of the next. Those of the first row are none.
    fresh: AtomicU32,
    /// Rows of places that are nobody's, each by its first one.
    rows: Rows,
}

// SAFETY: a value is used by who has the number of its place, which goes from thread to thread with the value.
unsafe impl<T: Send> Sync for Pool<T> {}

/// The places that are a thread's own.
#[derive(Clone, Copy)]
pub(super) struct Spare {
    first: u32,
    count: u32,
    /// The first of a full row.
    full: u32,
}

impl Spare {
    pub(super) const NONE: Self = Self { first: 0, count: 0, full: 0 };
}

impl<T> Pool<T> {
    pub(super) const fn new() -> Self {
        Self {
            chunks: [const { AtomicPtr::new(null_mut()) }; CHUNKS as usize],
            fresh: AtomicU32::new(ROW),
            rows: Rows(AtomicU64::new(0)),
        }
    }

    /// Puts a value into a place, and gives the number of that; the value itself if there is none left. The thread that
    /// `spare` is of is marked as busy.
    #[inline]
    pub(super) fn put(&self, spare: &Cell<Spare>, value: T) -> Result<Number, T> {
        let Some((number, place)) = self.take(spare) else { return Err(value) };
        // SAFETY: the place was in no row but this thread's, and is now in none: it is this call's alone.
        unsafe { place.value.get().write(MaybeUninit::new(value)) };
        Ok(Number::new(number))
    }

    /// The value in a place.
    ///
    /// # Safety
    ///
    /// The number is one that `put` gave, and `remove` is called with it only when the reference is gone.
    #[inline]
    pub(super) unsafe fn get(&self, number: Number) -> &T {
        let value = self.place(number.get()).value.get().cast_const();
        // SAFETY: the pointer comes from a cell of a place, which is never given back, and nobody writes to it before
        // `remove`, as the caller promises.
        let value = unsafe { &*value };
        // SAFETY: `put` wrote it, and it is there until `remove`, as the caller promises.
        unsafe { value.assume_init_ref() }
    }

    /// Takes the value out of a place, which may be used again after `give`.
    ///
    /// # Safety
    ///
    /// The number is one that `put` gave, and is not used any more but for `give`.
    #[inline]
    pub(super) unsafe fn remove(&self, number: Number) -> T {
        let value = self.place(number.get()).value.get();
        // SAFETY: the pointer comes from a cell of a place, which is never given back, and nobody else uses the place, as
        // the caller promises.
        let value = unsafe { value.read() };
        // SAFETY: `put` wrote it, and nobody reads it again, as the caller promises.
        unsafe { value.assume_init() }
    }

    /// Gives an empty place to the thread that `spare` is of, which is marked as busy.
    #[inline]
    pub(super) fn give(&self, spare: &Cell<Spare>, number: Number) {
        let (mut mine, number) = (spare.get(), number.get());
        if mine.count >= ROW {
            if mine.full != 0 {
                self.push(mine.full);
            }
            mine = Spare { full: mine.first, ..Spare::NONE };
        }
        self.place(number).next.store(mine.first, Ordering::Relaxed);
        spare.set(Spare { first: number, count: mine.count + 1, ..mine });
    }

    /// Leaves the places of a thread that ends to others.
    pub(super) fn leave(&self, spare: &Cell<Spare>) {
        let mine = spare.replace(Spare::NONE);
        for row in [mine.first, mine.full] {
            if row != 0 {
                self.push(row);
            }
        }
    }

    /// How many places were given out once.
    #[cfg(test)]
    pub(super) fn used(&self) -> usize {
        self.fresh.load(Ordering::Relaxed) as usize
    }

    #[inline]
    fn take(&self, spare: &Cell<Spare>) -> Option<(u32, &Place<T>)> {
        let mut mine = spare.get();
        if mine.first == 0 {
            let first = if mine.full == 0 { self.pop().or_else(|| self.fresh())? } else { mine.full };
            mine = Spare { first, count: ROW, full: 0 };
        }
        let place = self.place(mine.first);
        let (first, count) = (place.next.load(Ordering::Relaxed), mine.count.saturating_sub(1));
        spare.set(Spare { first, count, ..mine });
        Some((mine.first, place))
    }

    #[inline]
    fn place(&self, number: u32) -> &Place<T> {
        let chunk = self.chunks[(number / CHUNK) as usize].load(Ordering::Acquire);
        let place = chunk.wrapping_add((number % CHUNK) as usize);
        // SAFETY: only numbers of places that are mapped are given out, and stay mapped. All zero is a valid place.
        unsafe { &*place }
    }

    /// Leaves a row to others.
    fn push(&self, first: u32) {
        self.rows.push(first, |below| self.place(first).below.store(below, Ordering::Relaxed));
    }

    /// Takes a row that was left.
    fn pop(&self) -> Option<u32> {
        self.rows.pop(|first| self.place(first).below.load(Ordering::Relaxed))
    }

    /// A row that was never used.
    #[cold]
    fn fresh(&self) -> Option<u32> {
        let next = |number: u32| number.checked_add(ROW).filter(|end| *end <= CHUNK * CHUNKS);
        let first = self.fresh.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).ok()?;
        self.map(first / CHUNK)?;
        for number in first..first + ROW - 1 {
            self.place(number).next.store(number + 1, Ordering::Relaxed);
        }
        Some(first)
    }

    /// Has a chunk mapped, if it is not.
    fn map(&self, chunk: u32) -> Option<()> {
        let chunk = &self.chunks[chunk as usize];
        if !chunk.load(Ordering::Acquire).is_null() {
            return Some(());
        }
        let bytes = CHUNK as usize * size_of::<Place<T>>();
        let memory = sys::map(bytes)?;
        let (places, order) = (memory.as_ptr().cast(), (Ordering::AcqRel, Ordering::Acquire));
        if chunk.compare_exchange(null_mut(), places, order.0, order.1).is_err() {
            // Another thread was there first.
            sys::give_back(NonNull::cast(memory), bytes);
        }
        Some(())
    }
}
