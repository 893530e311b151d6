//! What the expansion of `#[trace_memory]` calls. Not for use by hand: it changes without notice.
//!
//! Everything is safe to call, from crates with `forbid(unsafe_code)` as well, and does nothing where
//! nothing is recorded. Generic functions are shells over plain ones, to keep expansions small.

mod probe;

use std::any::type_name;
use std::fmt::Debug;
use std::mem;
use std::ptr::from_ref;

use crate::capture::temporary::{self as temporaries, Fate};
use crate::capture::variants::holds_nothing;
use crate::capture::{self, Phase, frame, future, guard};
use crate::session;
use crate::site::Type;

pub use ::core;
pub use ::core::convert::Infallible as Never;
pub use ::core::option::Option::{self, None, Some};

pub use self::probe::{Probe, alike, probe, variant};
pub use crate::capture::frame::{Frame, Scope};
pub use crate::capture::future::Traced;
pub use crate::capture::guard::Guard;
pub use crate::capture::temporary::{Announce, End, Iterate, Temporary};
pub use crate::capture::variants::{
    Known, Unknown, Variant, Variants, ViaKnown, ViaNoRow, ViaRow, ViaUnknown,
};
pub use crate::site::{BodyKind, Function, Into, Local, Move, Position, Temporary as TemporarySite};

/// A local, see [`Local`].
#[must_use]
pub const fn local(name: &'static str, line: u32, param: bool) -> Local {
    Local { name, line, param }
}

/// A statement, see [`Position`].
#[must_use]
pub const fn position(line: u32, column: u32) -> Position {
    Position { line, column }
}

/// A move, see [`Move`].
#[must_use]
pub const fn to(into: Into, line: u32) -> Move {
    Move { into, line }
}

/// The path of the body that a closure is written in; its name ends in `::{{closure}}`.
#[must_use]
pub fn path_of<F>(_: &F) -> fn() -> &'static str {
    type_name::<F>
}

/// The body starts; it ends where the frame is dropped.
pub fn enter(function: &'static Function, path: fn() -> &'static str) -> Frame {
    start();
    frame::enter(function, path)
}

/// A future whose body is in a frame, entered at every poll.
pub fn future<F: Future>(function: &'static Function, path: fn() -> &'static str, future: F) -> Traced<F> {
    start();
    future::future(function, path, future)
}

fn start() {
    if matches!(capture::phase(), Phase::New | Phase::Starting) {
        session::start();
    }
}

/// The body goes on to a statement.
pub fn at(statement: u32) {
    frame::at(statement);
}

/// A block of the body starts; it ends where the scope is dropped.
#[must_use]
pub fn scope() -> Scope {
    frame::scope()
}

fn place<T>(value: &T) -> guard::Place {
    (from_ref(value).expose_provenance(), const { &Type::of::<T>() })
}

/// A local starts to hold a value.
pub fn bind<T>(value: &T, local: u32) -> Guard {
    guard::bind(place(value), local, None)
}

/// As [`bind`], with the value's text.
pub fn bind_value<T>(value: &T, local: u32, text: Option<&dyn Debug>) -> Guard {
    guard::bind(place(value), local, text)
}

/// As [`bind`], for a local whose end is not watched.
pub fn show<T>(value: &T, local: u32) {
    guard::show(place(value), local, None);
}

/// As [`show`], with the value's text.
pub fn show_value<T>(value: &T, local: u32, text: Option<&dyn Debug>) {
    guard::show(place(value), local, text);
}

/// A local without a value.
pub fn declare(local: u32) -> Guard {
    guard::declare(local)
}

impl Guard {
    /// Whether the place is the one that is watched.
    pub fn watches<T>(&self, place: *const T) -> bool {
        self.is_at(place.addr())
    }

    /// Others than the pattern that will match may take the local apart, if `takes`: whether its variant holds
    /// nothing.
    pub fn matched<T, K: Variants<T>>(&self, takes: bool, value: &T, _like: Probe<T>, _kind: Probe<K>) {
        if takes {
            self.emptied(K::is_empty(value));
        }
    }

    /// A pattern that takes nothing has matched the local, which others take apart if `takes`: whether it holds
    /// anything that needs dropping.
    #[inline]
    pub fn left(&self, takes: bool, needs_drop: bool) {
        if takes {
            self.emptied(Some(!needs_drop));
        }
    }

    /// As [`matched`](Self::matched), in a loop that matches again and again.
    pub fn looks_at_variant<T, K: Variants<T>>(
        &self,
        takes: bool,
        _: *const T,
        _like: Probe<T>,
        _kind: Probe<K>,
    ) {
        if takes {
            self.look_before_drop(holds_nothing::<T, K>);
        }
    }

    /// The local holds a new value.
    pub fn assigned<T>(&self, value: &T) {
        self.assign(place(value), None);
    }

    /// As [`assigned`](Self::assigned), with the value's text.
    pub fn assigned_value<T>(&self, value: &T, text: Option<&dyn Debug>) {
        self.assign(place(value), text);
    }
}

/// An expression whose value has no name, see [`TemporarySite`].
#[must_use]
pub const fn unnamed(text: &'static str, line: u32) -> TemporarySite {
    TemporarySite { text, line }
}

/// A temporary that nothing takes, but perhaps a pattern that says so.
#[inline]
pub fn temporary<T>(value: T, site: u32) -> Temporary<T> {
    temporaries::temporary(value, mem::needs_drop::<T>(), site, Fate::Stays)
}

/// A temporary of the type of `like`; `takes` says whether the expression around takes it.
#[inline]
pub fn used<T, F>(_like: Probe<T>, value: T, takes: Probe<F>, site: u32) -> Temporary<T> {
    let stays = mem::needs_drop::<T>() && !takes.moves();
    temporaries::temporary(value, stays, site, Fate::Stays)
}

/// As [`used`], where what is taken is a part. Whether the rest needs dropping is unknown.
#[inline]
pub fn used_in_part<T, F>(_like: Probe<T>, value: T, takes: Probe<F>, site: u32) -> Temporary<T> {
    let fate = if takes.moves() { Fate::PerhapsPart } else { Fate::Stays };
    temporaries::temporary(value, mem::needs_drop::<T>(), site, fate)
}

/// As [`used`], where what is taken is what a box holds: the box itself is still freed.
#[inline]
pub fn used_but_for_its_box<T, F>(_like: Probe<T>, value: T, takes: Probe<F>, site: u32) -> Temporary<T> {
    let fate = if takes.moves() { Fate::Part } else { Fate::Stays };
    temporaries::temporary(value, mem::needs_drop::<T>(), site, fate)
}

/// A temporary that patterns take apart; `takes` says whether any takes something that needs dropping. Then
/// nothing is dropped where the variant holds nothing.
#[inline]
pub fn matched<T, K: Variants<T>>(
    _like: Probe<T>,
    value: T,
    takes: bool,
    _kind: Probe<K>,
    site: u32,
) -> Temporary<T> {
    let fate = match if takes { K::is_empty(&value) } else { Some(false) } {
        Some(true) => Fate::Taken,
        Some(false) => Fate::Stays,
        None => Fate::PerhapsEmpty,
    };
    temporaries::temporary(value, mem::needs_drop::<T>(), site, fate)
}

/// A temporary that a `let` takes apart: whether it `takes` anything that needs dropping, and whether the rest needs
/// that, if it is known.
#[inline]
pub fn split<T>(_like: Probe<T>, value: T, takes: bool, rest: Option<bool>, site: u32) -> Temporary<T> {
    let fate = match (takes, rest) {
        (false, _) => Fate::Stays,
        (true, Some(false)) => Fate::Taken,
        (true, Some(true)) => Fate::Part,
        (true, None) => Fate::PerhapsPart,
    };
    temporaries::temporary(value, mem::needs_drop::<T>(), site, fate)
}

/// The iterator of a `for` loop.
#[inline]
pub fn iterate<I: IntoIterator>(value: I, site: u32) -> Iterate<I::IntoIter> {
    temporaries::iterate(value.into_iter(), mem::needs_drop::<I::IntoIter>(), site)
}

/// A pattern that takes nothing has matched the innermost temporary, which others take apart if `takes`:
/// whether it holds anything that needs dropping.
#[inline]
pub fn left(takes: bool, needs_drop: bool) {
    if takes {
        temporaries::taken(if needs_drop { Fate::Stays } else { Fate::Taken });
    }
}

/// A temporary of which it is not known whether the expression around takes it.
#[inline]
pub fn perhaps_used<T>(value: T, site: u32) -> Temporary<T> {
    temporaries::temporary(value, mem::needs_drop::<T>(), site, Fate::Perhaps)
}

/// A pattern took a part of the innermost temporary, if `moves`; `rest` says whether what remains needs
/// dropping, if that is known.
#[inline]
pub fn taken(moves: bool, rest: Option<bool>) {
    if moves {
        temporaries::taken(match rest {
            Some(false) => Fate::Taken,
            Some(true) => Fate::Part,
            None => Fate::PerhapsPart,
        });
    }
}

/// Announces the drop of what was made before it in the same statement, if that `needs_drop`.
#[must_use]
#[inline]
pub fn announce(needs_drop: bool, site: u32) -> Announce {
    if needs_drop { temporaries::announce(site, Fate::Stays) } else { Announce::nothing() }
}

/// Ends the drop of what is made after it in the same statement, if that `needs_drop`.
#[must_use]
#[inline]
pub fn end(needs_drop: bool) -> End {
    if needs_drop { temporaries::end() } else { End::NOTHING }
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

/// A value that is about to replace what a place holds, which is of its type.
#[inline]
pub fn replacing<T>(value: T, site: u32) -> T {
    if mem::needs_drop::<T>() {
        temporaries::replaced(site, None);
    }
    value
}

/// As [`replacing`], for a part of a local of which parts may have been moved out.
#[inline]
pub fn replacing_part<T>(value: T, whole: &Guard, site: u32) -> T {
    if mem::needs_drop::<T>() {
        temporaries::replaced(site, whole.doubt_of_part());
    }
    value
}

/// A place that surely holds something, and is about to be overwritten.
#[inline]
pub fn replaced<T>(place: &mut T, site: u32) -> &mut T {
    if mem::needs_drop::<T>() {
        temporaries::replaced(site, None);
    }
    place
}

/// Gives the value back, which is of the probe's type.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a debug build should not copy the value twice")]
pub fn through<T>(_: Probe<T>, value: T) -> T {
    value
}

/// Gives the value back, after the mark was made.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a debug build should not copy the value twice")]
pub fn after<T>(value: T, (): ()) -> T {
    value
}

/// Whether dropping the value runs anything.
#[must_use]
#[inline]
pub fn needs_drop<T>(_: &T) -> bool {
    mem::needs_drop::<T>()
}

/// Whether the function is the `drop` of the standard library.
#[must_use]
pub fn is_drop<F>(_: &F) -> bool {
    type_name::<F>().starts_with("core::mem::drop<")
}

/// A value of the same type, in code that never runs.
#[expect(clippy::must_use_candidate, reason = "the call is dead code, and must not warn")]
pub fn conjure<T>(_: &T) -> T {
    never()
}

/// True, which the compiler does not know.
#[must_use]
#[inline(never)]
pub fn yes() -> bool {
    true
}

/// A value of any type, in code that never runs.
#[must_use]
pub fn any<T>() -> T {
    never()
}

/// Calls the body of a closure form.
#[inline(always)]
#[expect(clippy::inline_always, reason = "the body's frame should be the caller's")]
pub fn call<R>(body: impl FnOnce() -> R) -> R {
    body()
}

fn never() -> ! {
    loop {
        std::hint::spin_loop();
    }
}

/// A value that may have a `Debug`: `(&&Value(&x)).text()`, with both traits in scope.
#[derive(Debug)]
pub struct Value<'a, T>(pub &'a T);

/// The value has a `Debug`.
pub trait ViaDebug {
    /// The value, to be formatted if it is recorded.
    fn text(&self) -> Option<&dyn Debug>;
}

impl<T: Debug> ViaDebug for &Value<'_, T> {
    fn text(&self) -> Option<&dyn Debug> {
        Some(self.0)
    }
}

/// The value has none.
pub trait ViaNothing {
    /// Nothing.
    fn text(&self) -> Option<&dyn Debug>;
}

impl<T> ViaNothing for Value<'_, T> {
    fn text(&self) -> Option<&dyn Debug> {
        None
    }
}
