//! Values without a name: temporaries, iterators of loops, and what places hold.

use std::mem;

use super::probe::Probe;
use crate::capture::guard::Guard;
use crate::capture::temporary::{self, Announce, AtEnd, End, Fate, Iterate, Temporary};
use crate::capture::variants::Variants;

/// A temporary that nothing takes, but perhaps a pattern that says so.
#[inline]
pub fn temporary<T>(value: T, site: u32) -> Temporary<T> {
    temporary::temporary(value, mem::needs_drop::<T>(), site, Fate::Stays)
}

/// A temporary; `takes` says whether the expression around takes it.
#[inline]
pub fn used<T>(value: T, takes: bool, site: u32) -> Temporary<T> {
    let stays = mem::needs_drop::<T>() && !takes;
    temporary::temporary(value, stays, site, Fate::Stays)
}

/// As [`used`], where what is taken is a part. Whether the rest needs dropping is unknown.
#[inline]
pub fn used_in_part<T>(value: T, takes: bool, site: u32) -> Temporary<T> {
    let fate = if takes { Fate::PerhapsPart } else { Fate::Stays };
    temporary::temporary(value, mem::needs_drop::<T>(), site, fate)
}

/// As [`used`], where what is taken is what a box holds: the box itself is still freed.
#[inline]
pub fn used_but_for_its_box<T>(value: T, takes: bool, site: u32) -> Temporary<T> {
    let fate = if takes { Fate::Part } else { Fate::Stays };
    temporary::temporary(value, mem::needs_drop::<T>(), site, fate)
}

/// A temporary that patterns take apart; `takes` says whether any takes something that needs dropping. Then
/// nothing is dropped where the variant holds nothing.
#[inline]
pub fn matched<T, K: Variants<T>>(value: T, takes: bool, _kind: Probe<K>, site: u32) -> Temporary<T> {
    let fate = match if takes { K::is_empty(&value) } else { Some(false) } {
        Some(true) => Fate::Taken,
        Some(false) => Fate::Stays,
        None => Fate::PerhapsEmpty,
    };
    temporary::temporary(value, mem::needs_drop::<T>(), site, fate)
}

/// A temporary that a `let` takes apart: whether it `takes` anything that needs dropping, and whether the rest needs
/// that, if it is known.
#[inline]
pub fn split<T>(value: T, takes: bool, rest: Option<bool>, site: u32) -> Temporary<T> {
    let fate = if takes { Fate::but_for(rest) } else { Fate::Stays };
    temporary::temporary(value, mem::needs_drop::<T>(), site, fate)
}

/// A value that the pattern of a `let` may not match: the kind of its variants, and its site.
#[derive(Debug)]
pub struct Refutable<K>(Probe<K>, u32);

/// See [`Refutable`].
#[must_use]
pub fn refutable<K>(kind: Probe<K>, site: u32) -> Refutable<K> {
    Refutable(kind, site)
}

/// As [`split`], where `matches` says whether the pattern matches. If it does not, the value is dropped, unless its
/// variant holds nothing.
#[inline]
pub fn split_if<T, K: Variants<T>>(
    Refutable(kind, site): Refutable<K>,
    value: T,
    matches: impl FnOnce(&T) -> bool,
    takes: bool,
    rest: Option<bool>,
) -> Temporary<T> {
    if takes && matches(&value) { split(value, true, rest, site) } else { matched(value, true, kind, site) }
}

/// The iterator of a `for` loop.
#[inline]
pub fn iterate<I: IntoIterator>(value: I, site: u32) -> Iterate<I::IntoIter> {
    temporary::iterate(value.into_iter(), mem::needs_drop::<I::IntoIter>(), site)
}

/// A pattern that takes nothing has matched the innermost temporary, which others take apart if `takes`:
/// whether it holds anything that needs dropping.
#[inline]
pub fn left(takes: bool, needs_drop: bool) {
    if takes {
        temporary::taken(if needs_drop { Fate::Stays } else { Fate::Taken });
    }
}

/// A temporary of which it is not known whether the expression around takes it.
#[inline]
pub fn perhaps_used<T>(value: T, site: u32) -> Temporary<T> {
    temporary::temporary(value, mem::needs_drop::<T>(), site, Fate::Perhaps)
}

/// A pattern took a part of the innermost temporary, if `moves`; `rest` says whether what remains needs
/// dropping, if that is known.
#[inline]
pub fn taken(moves: bool, rest: Option<bool>) {
    if moves {
        temporary::taken(Fate::but_for(rest));
    }
}

/// Announces the drop of what was made before it in the same statement, if that `needs_drop`.
#[must_use]
#[inline]
pub fn announce(needs_drop: bool, site: u32) -> Announce {
    if needs_drop { temporary::announce(site, Fate::Stays) } else { Announce::nothing() }
}

/// Ends the drop of what is made after it in the same statement.
#[must_use]
#[inline]
pub fn end() -> End {
    temporary::end()
}

/// Announces the drop of what the block around it makes, if that `needs_drop`.
#[must_use]
#[inline]
pub fn at_end(needs_drop: bool, site: u32) -> AtEnd {
    temporary::at_end(needs_drop, site)
}

/// Announces the drop of a temporary, if that `needs_drop`. If `takes` says that a call took it, or a part of it, `rest`
/// says whether what remains needs dropping, if that is known.
#[must_use]
#[inline]
pub fn late(takes: bool, needs_drop: bool, rest: Option<bool>, site: u32) -> Announce {
    let fate = if takes { Fate::but_for(rest) } else { Fate::Stays };
    if needs_drop && fate != Fate::Taken { temporary::announce(site, fate) } else { Announce::nothing() }
}

/// A temporary behind what ends its drop.
#[inline(always)]
#[expect(clippy::inline_always, reason = "nothing happens here")]
pub fn alone<T>(_end: &End, value: T) -> T {
    value
}

/// An operand behind what announces the drop of the receiver.
#[inline(always)]
#[expect(clippy::inline_always, reason = "nothing happens here")]
pub fn beside<T>(_announce: &Announce, value: T) -> T {
    value
}

/// What a call gave, before what announces the drop of the receiver.
#[inline(always)]
#[expect(clippy::inline_always, reason = "nothing happens here")]
pub fn behind_call<R>(value: R, _announce: &Announce) -> R {
    value
}

/// The value behind a reference is a temporary, made between the two.
#[inline(always)]
#[expect(clippy::inline_always, reason = "nothing happens here")]
pub fn borrowed<'a, T: ?Sized>(_end: &End, value: &'a T, announce: &Announce) -> &'a T {
    if !mem::needs_drop::<T>() {
        announce.silence();
    }
    value
}

/// What holds a pinned value, which is a temporary, made between the two.
#[inline(always)]
#[expect(clippy::inline_always, reason = "nothing happens here")]
pub fn pinned<P>(_end: &End, value: P, _announce: &Announce) -> P {
    value
}

/// Announces the drop of a value that lives as long as the variable that borrows it.
#[must_use]
#[inline]
pub fn announce_borrowed<T: ?Sized>(_value: &T, site: u32) -> Announce {
    announce(mem::needs_drop::<T>(), site)
}

/// As [`borrowed`].
#[inline(always)]
#[expect(clippy::inline_always, reason = "nothing happens here")]
pub fn borrowed_mut<'a, T: ?Sized>(_end: &End, value: &'a mut T, announce: &Announce) -> &'a mut T {
    if !mem::needs_drop::<T>() {
        announce.silence();
    }
    value
}

/// As [`borrowed`], where what the reference is made into says nothing of the value.
#[inline(always)]
#[expect(clippy::inline_always, reason = "nothing happens here")]
pub fn borrowed_as<'a, T: ?Sized>(_end: &End, value: &'a T, _announce: &Announce) -> &'a T {
    value
}

/// As [`borrowed_as`].
#[inline(always)]
#[expect(clippy::inline_always, reason = "nothing happens here")]
pub fn borrowed_mut_as<'a, T: ?Sized>(_end: &End, value: &'a mut T, _announce: &Announce) -> &'a mut T {
    value
}

/// What a place holds is about to be replaced when this is dropped, if that `needs_drop`.
#[must_use]
#[inline]
pub fn replacing(needs_drop: bool, site: u32) -> Replacing<'static> {
    Replacing { needs_drop, site, whole: None }
}

/// As [`replacing`], for a part of a local of which parts may have been moved out.
#[must_use]
#[inline]
pub fn replacing_part(needs_drop: bool, whole: &Guard, site: u32) -> Replacing<'_> {
    Replacing { needs_drop, site, whole: Some(whole) }
}

/// See [`replacing`].
#[derive(Debug)]
pub struct Replacing<'a> {
    needs_drop: bool,
    site: u32,
    whole: Option<&'a Guard>,
}

impl Drop for Replacing<'_> {
    #[inline]
    fn drop(&mut self) {
        if self.needs_drop {
            temporary::replaced(self.site, self.whole.and_then(Guard::doubt_of_part));
        }
    }
}

/// The value of a local is about to be replaced when this is dropped.
#[derive(Debug)]
pub struct ReplacingLocal<'a>(&'a Guard);

impl Guard {
    /// See [`ReplacingLocal`].
    #[must_use]
    #[inline]
    pub fn replacing(&self) -> ReplacingLocal<'_> {
        ReplacingLocal(self)
    }
}

impl Drop for ReplacingLocal<'_> {
    #[inline]
    fn drop(&mut self) {
        self.0.replaced();
    }
}

/// An element that is about to be overwritten, or of which a part is; what is overwritten `needs_drop` or not.
#[inline]
pub fn replaced<P>(place: &mut P, needs_drop: bool, site: u32) -> &mut P {
    if needs_drop {
        temporary::replaced(site, None);
    }
    place
}
