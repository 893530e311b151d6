//! Numbers for functions and types, and, where a trace stays in a file, their descriptions.
//!
//! A record has the number in place of an address. Each description is written once, into a lane of its own, by
//! whichever thread comes first.

use std::sync::atomic::{AtomicPtr, Ordering};

use crate::site::{BodyKind, Function, Type};

use super::decode::name_of;
use super::lane::{self, DESCRIPTIONS, Lane};
use super::table::{self, Entry};
use super::word::{Kind, LONGEST, SITE, size};
use super::{filter, spool, sys};

/// Functions and types that can be told apart. Of more, the descriptions are missing.
const SLOTS: usize = 1 << (SITE - 1);
/// Bytes of a text in one record.
const PART: usize = (LONGEST - 10) * 8;
/// Beside the address of a function: it is not traced. Functions are aligned to more than a byte.
const MUTED: usize = 1;
/// Of a function or type that has no number.
const UNKNOWN: u64 = 0;

/// A function, and what gives its path.
pub(super) type Body = (&'static Function, fn() -> &'static str);

/// What the numbers stand for: the number of an entry is one more than its index. A key is the address of a type, or of
/// what gives the path of a function. Beside it is the address of the function, and [`MUTED`] if it is not traced; of a
/// type, 2.
type Table = [Entry; SLOTS];

static TABLE: AtomicPtr<Table> = AtomicPtr::new(std::ptr::null_mut());
static LANE: AtomicPtr<Lane> = AtomicPtr::new(std::ptr::null_mut());

/// Makes room for the numbers, before the first record.
pub(crate) fn open() -> bool {
    if table().is_some() {
        return true;
    }
    let Some(table) = sys::map(size_of::<Table>()) else { return false };
    TABLE.store(table.as_ptr().cast(), Ordering::Release);
    true
}

/// Makes room for descriptions, in the file of the trace.
pub(crate) fn keep() -> bool {
    let Some(lane) = lane::alone(DESCRIPTIONS) else { return false };
    lane.release();
    LANE.store(std::ptr::from_ref(lane).cast_mut(), Ordering::Release);
    true
}

/// Writes what is not yet in the file, where it is not a part of the memory.
pub(crate) fn close() {
    if let Some(lane) = lane() {
        lane.flush();
    }
}

fn lane() -> Option<&'static Lane> {
    // SAFETY: it is null or was stored by `open`, and lanes stay mapped.
    unsafe { LANE.load(Ordering::Acquire).as_ref() }
}

fn table() -> Option<&'static Table> {
    // SAFETY: it is null or was stored by `open`: mapped zeroed memory of this size, which is never given back, and
    // all zero is a valid table.
    unsafe { TABLE.load(Ordering::Acquire).as_ref() }
}

/// What is known of a key.
#[derive(Clone, Copy)]
struct Known {
    number: u64,
    value: usize,
}

/// Where the search for a key begins: Fibonacci hashing (Knuth, The Art of Computer Programming, volume 3, section 6.4).
#[inline]
fn place(key: usize) -> usize {
    size((key as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (u64::BITS - SLOTS.ilog2())) % SLOTS
}

/// What is known of a key, if it is where the search begins.
#[inline]
fn find(key: usize) -> Option<Known> {
    let first = place(key);
    let value = table()?[first].value_of(key);
    (value != 0).then_some(Known { number: first as u64 + 1, value })
}

/// Looks a key up; `value` makes what stands beside a new one. Of two threads that ask at once for the first time, one
/// is told that it is new.
fn search(key: usize, value: impl Fn() -> usize) -> (Known, bool) {
    let unknown = || (Known { number: UNKNOWN, value: value() }, false);
    let Some(table) = table() else { return unknown() };
    match table::search(table, place(key), key, &value) {
        Some((index, value, is_new)) => (Known { number: index as u64 + 1, value }, is_new),
        None => unknown(),
    }
}

/// The key and the function of a number.
pub(super) fn entry(number: u64) -> Option<(usize, usize)> {
    let entry = table()?.get(size(number).checked_sub(1)?)?;
    let value = entry.value.load(Ordering::Acquire);
    Some((entry.key.load(Ordering::Relaxed), value & !MUTED))
}

/// The function of a number, and what gives its path.
pub(super) fn body(number: u64) -> Option<Body> {
    let (path, function) = entry(number)?;
    let function = std::ptr::with_exposed_provenance::<Function>(function);
    // SAFETY: the number is a function's, and `new_function` wrote the address of a `&'static Function` of this process.
    let function: &'static Function = unsafe { function.as_ref() }?;
    let path = std::ptr::with_exposed_provenance::<()>(path);
    // SAFETY: `new_function` wrote the address of a `fn() -> &'static str` of this process.
    let path = unsafe { std::mem::transmute::<*const (), fn() -> &'static str>(path) };
    Some((function, path))
}

/// The number of a function, which is told apart by its path; `None` if it is not traced, unless it has a rule that is
/// to be watched. The thread is marked as busy.
#[inline]
pub(super) fn function(
    function: &'static Function,
    path: fn() -> &'static str,
    watched: bool,
) -> Option<u64> {
    let known =
        find((path as *const ()).addr()).unwrap_or_else(move || new_function(function, path, watched));
    (known.value & MUTED == 0).then_some(known.number)
}

/// The same, for one that is known: its number, and whether it is traced.
#[inline]
pub(super) fn known_function(path: fn() -> &'static str) -> Option<(u64, bool)> {
    let known = find((path as *const ()).addr())?;
    Some((known.number, known.value & MUTED == 0))
}

#[cold]
#[inline(never)]
fn new_function(function: &'static Function, path: fn() -> &'static str, watched: bool) -> Known {
    let (known, is_new) = search((path as *const ()).expose_provenance(), || {
        let name = function.name.unwrap_or_else(|| name_of(path(), function.closures));
        let muted = if watched || filter::lets(name) { 0 } else { MUTED };
        std::ptr::from_ref(function).expose_provenance() | muted
    });
    if is_new && spool::is_kept() {
        describe_function(known.number, function, path);
    }
    known
}

#[cold]
fn describe_function(number: u64, function: &'static Function, path: fn() -> &'static str) {
    let name = function.name.unwrap_or_default();
    let texts = [path(), name, function.within, function.file, function.places];
    write(Kind::Function, texts, |words| {
        words.push(number);
        words.push(u64::from(function.name.is_some()));
        words.push(kind_number(function.kind));
        words.push(function.closures.into());
        words.push(function.line.into());
    });
}

/// The number of a type. The thread is marked as busy.
#[inline]
pub(super) fn ty(ty: &'static Type) -> u64 {
    find(std::ptr::from_ref(ty).addr()).unwrap_or_else(move || new_type(ty)).number
}

/// The same, for one that is known.
#[inline]
pub(super) fn known_type(ty: &'static Type) -> Option<u64> {
    find(std::ptr::from_ref(ty).addr()).map(|known| known.number)
}

#[cold]
#[inline(never)]
fn new_type(ty: &'static Type) -> Known {
    let (known, is_new) = search(std::ptr::from_ref(ty).expose_provenance(), || 2);
    if is_new && spool::is_kept() {
        describe_type(known.number, ty);
    }
    known
}

#[cold]
fn describe_type(number: u64, ty: &'static Type) {
    write(Kind::Type, [ty.name()], |words| {
        words.push(number);
        words.push(ty.bytes as u64);
        words.push(ty.needs_drop.into());
        words.push(ty.pointee.is_some().into());
        words.push(ty.pointee.unwrap_or_default() as u64);
    });
}

/// Writes a description: five numbers, the lengths of its texts, and the texts.
fn write<const N: usize>(kind: Kind, texts: [&str; N], numbers: impl FnOnce(&mut lane::Writer<'_>)) {
    let Some(lane) = lane() else { return };
    // Whoever has it writes one description, and calls nothing of the program's.
    while !lane.claim() {
        std::hint::spin_loop();
    }
    lane.describe(|words| {
        words.push(kind as u64);
        numbers(words);
        for text in texts {
            words.push(text.len() as u64);
        }
    });
    for part in texts.iter().flat_map(|text| text.as_bytes().chunks(PART)) {
        lane.describe(|words| {
            words.push(Kind::Text as u64);
            words.bytes(part);
        });
    }
    lane.release();
}

/// The number that stands for `kind`.
const fn kind_number(kind: BodyKind) -> u64 {
    match kind {
        BodyKind::Function => 0,
        BodyKind::Closure => 1,
        BodyKind::AsyncFn => 2,
        BodyKind::AsyncBlock => 3,
    }
}

/// The kind that a number stands for.
pub(crate) const fn kind(number: u64) -> BodyKind {
    match number {
        0 => BodyKind::Function,
        1 => BodyKind::Closure,
        2 => BodyKind::AsyncFn,
        _ => BodyKind::AsyncBlock,
    }
}
