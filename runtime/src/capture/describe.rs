//! Descriptions of functions and types, for a trace that stays in a file: records point to them.
//!
//! Each is written once, before the first record that points to it, into a lane of its own.

use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};

use crate::site::{BodyKind, Function, Type};

use super::lane::{self, DESCRIPTIONS, Lane};
use super::word::{HEAD, Head, Kind, LONGEST, size};
use super::{spool, sys};

/// Functions and types that can be told apart. Of more, the descriptions are missing.
const SLOTS: usize = 1 << 17;
/// Bytes of a text in one record.
const PART: usize = (LONGEST - HEAD - 1) * 8;

/// The addresses of what was described: a table with open addressing.
static KNOWN: AtomicPtr<[AtomicUsize; SLOTS]> = AtomicPtr::new(std::ptr::null_mut());
static LANE: AtomicPtr<Lane> = AtomicPtr::new(std::ptr::null_mut());

/// Makes room for descriptions, before the first record.
pub(crate) fn open() -> bool {
    let (Some(table), Some(lane)) = (sys::map(size_of::<[AtomicUsize; SLOTS]>()), lane::alone(DESCRIPTIONS))
    else {
        return false;
    };
    lane.release();
    LANE.store(std::ptr::from_ref(lane).cast_mut(), Ordering::Release);
    KNOWN.store(table.as_ptr().cast(), Ordering::Release);
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

/// Whether something at this address was not described before; asked once, the answer is no from then on.
fn is_new(address: usize) -> bool {
    // SAFETY: it is null or was stored by `open`: mapped zeroed memory of this size, which is never given back, and
    // all zero is a valid table.
    let Some(table) = (unsafe { KNOWN.load(Ordering::Acquire).as_ref() }) else { return false };
    // Fibonacci hashing (Knuth, The Art of Computer Programming, volume 3, section 6.4).
    let hash = (address as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (u64::BITS - SLOTS.ilog2());
    for probe in 0..64 {
        let Some(slot) = table.get((size(hash) + probe) % SLOTS) else { return false };
        match slot.load(Ordering::Relaxed) {
            0 => match slot.compare_exchange(0, address, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => return true,
                Err(other) if other == address => return false,
                Err(_) => {}
            },
            known if known == address => return false,
            _ => {}
        }
    }
    false
}

/// Describes a function, by the address of its path. The thread is marked as busy.
#[inline]
pub(super) fn function(function: &'static Function, path: fn() -> &'static str) {
    if spool::is_kept() && is_new((path as *const ()).addr()) {
        describe_function(function, path);
    }
}

#[cold]
fn describe_function(function: &'static Function, path: fn() -> &'static str) {
    let name = function.name.unwrap_or_default();
    let texts = [path(), name, function.within, function.file, function.places];
    write(Kind::Function, texts, |words| {
        words.push((path as *const ()).expose_provenance() as u64);
        words.push(u64::from(function.name.is_some()));
        words.push(kind_number(function.kind));
        words.push(function.closures.into());
        words.push(function.line.into());
    });
}

/// Describes a type. The thread is marked as busy.
#[inline]
pub(super) fn ty(ty: &'static Type) {
    if spool::is_kept() && is_new(std::ptr::from_ref(ty).addr()) {
        describe_type(ty);
    }
}

#[cold]
fn describe_type(ty: &'static Type) {
    write(Kind::Type, [ty.name()], |words| {
        words.push(std::ptr::from_ref(ty).expose_provenance() as u64);
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
    lane.describe(Head::new(kind), |words| {
        numbers(words);
        for text in texts {
            words.push(text.len() as u64);
        }
    });
    for part in texts.iter().flat_map(|text| text.as_bytes().chunks(PART)) {
        lane.describe(Head::new(Kind::Text), |words| words.bytes(part));
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
