//! What the expansion of `#[trace_memory]` calls. Not for use by hand: it changes without notice.
//!
//! Everything is safe to call, from crates with `forbid(unsafe_code)` as well, and does nothing where
//! nothing is recorded. Generic functions are shells over plain ones, to keep expansions small.

mod operands;
mod probe;
mod values;

use std::any::type_name;
use std::fmt::Debug;
use std::mem;
use std::pin::Pin;
use std::ptr::from_ref;

use crate::capture::variants::holds_nothing;
use crate::capture::{self, Phase, binding, frame, future, kept, statement};
use crate::session;
use crate::site::Type;
use crate::watch;

pub use ::core;
pub use ::core::convert::Infallible as Never;
pub use ::core::option::Option::{self, None, Some};

pub use self::operands::{last, next, operands, operands_of_method, waits};
pub use self::probe::{Pair, Probe, ViaAlike, ViaOther, alike, pair, probe, variant};
pub use self::values::{
    Refutable, Replacing, ReplacingLocal, alone, announce, announce_borrowed, at_end, behind_call, beside,
    borrowed, borrowed_as, borrowed_mut, borrowed_mut_as, end, iterate, late, left, matched, perhaps_used,
    pinned, refutable, replaced, replacing, replacing_part, split, split_if, taken, temporary, used,
    used_but_for_its_box, used_in_part,
};
pub use crate::budget::{Budgeted, Limits};
pub use crate::capture::frame::Frame;
pub use crate::capture::future::{AsyncFrame, Awaited};
pub use crate::capture::guard::Guard;
pub use crate::capture::kept::Kept;
pub use crate::capture::operand::{Operands, Waiting};
pub use crate::capture::statement::{Block, Body, Scope};
pub use crate::capture::temporary::{Announce, AtEnd, End, Iterate, Temporary};
pub use crate::capture::variants::{
    Known, Unknown, Variant, Variants, ViaKnown, ViaNoRow, ViaRow, ViaUnknown,
};
use crate::site::StackOnly;
pub use crate::site::{BodyKind, Function, StackOnly as Rule};

/// The body starts; it ends where the frame is dropped. The closure is written in the body, whose path is the name of
/// its type but for `::{{closure}}`, and gives the body's description.
#[inline]
pub fn enter<D: Fn() -> &'static Function>(description: D) -> Frame {
    if capture::is_off() {
        return Frame::off();
    }
    if !capture::is_on() {
        start();
    }
    frame::enter(description(), type_name::<D>)
}

/// As [`enter`], for a function that is `stack_only`.
pub fn enter_stack_only<D: Fn() -> &'static Function>(description: D, rule: &'static StackOnly) -> Frame {
    start_stack_only(rule);
    frame::enter_with(description(), type_name::<D>, Some(rule))
}

/// As [`enter`], for a function with a budget, and perhaps `stack_only`.
pub fn enter_with_budget<D: Fn() -> &'static Function>(
    description: D,
    rule: Option<&'static StackOnly>,
    limits: &'static Limits,
) -> Budgeted {
    start();
    Budgeted::start(description, limits, |description| match rule {
        Some(rule) => enter_stack_only(description, rule),
        None => enter(description),
    })
}

/// A future whose body is in a frame, entered at every poll. Its type has no name, like that of an `async` block: the
/// compiler says the same of one that nobody uses.
pub fn future<D: Fn() -> &'static Function, F: Future>(
    description: D,
    future: F,
) -> impl Future<Output = F::Output> {
    start();
    future::future(description(), type_name::<D>, None, future)
}

/// As [`future`](fn@future), for a function that is `stack_only`.
pub fn future_stack_only<D: Fn() -> &'static Function, F: Future>(
    description: D,
    rule: &'static StackOnly,
    future: F,
) -> impl Future<Output = F::Output> {
    start_stack_only(rule);
    future::future(description(), type_name::<D>, Some(rule), future)
}

/// As [`enter`], for the body of a future, which it lies in. What the body awaits is [`awaited`].
#[inline]
pub fn enter_async<D: Fn() -> &'static Function>(description: D) -> AsyncFrame {
    if capture::is_off() {
        return AsyncFrame::off();
    }
    start();
    future::enter(description(), type_name::<D>, None)
}

/// As [`enter_async`], for a function that is `stack_only`.
pub fn enter_async_stack_only<D: Fn() -> &'static Function>(
    description: D,
    rule: &'static StackOnly,
) -> AsyncFrame {
    start_stack_only(rule);
    future::enter(description(), type_name::<D>, Some(rule))
}

/// What a body awaits: a future for that, during which the body's frame may be on no thread.
#[inline]
pub fn awaited<'a, F>(frame: &'a mut AsyncFrame, future: Pin<&'a mut F>) -> Awaited<'a, F> {
    future::awaited(frame, future)
}

fn start_stack_only(rule: &'static StackOnly) {
    start();
    if rule.allow_print {
        watch::prepare_stdout();
    }
    if capture::phase() == Phase::Off {
        watch::not_watched();
    }
}

#[cold]
#[inline(never)]
fn start() {
    if matches!(capture::phase(), Phase::New | Phase::Starting) {
        session::start();
    }
}

/// The body goes on to a statement.
#[inline]
pub fn at(statement: u32) {
    statement::at(statement);
}

/// A block of the body starts; it ends where the scope is dropped.
#[must_use]
#[inline]
pub fn scope() -> Scope {
    statement::scope()
}

/// The body of a future starts, behind its parameters; it ends where this is dropped.
#[must_use]
#[inline]
pub const fn body() -> Body {
    statement::body()
}

/// As [`scope`], in the body of a future.
#[must_use]
#[inline]
pub fn block() -> Block {
    statement::block()
}

/// Keeps the guard of a local of a future elsewhere: the future stays small.
#[inline]
pub fn keep(guard: Guard) -> Kept {
    kept::keep(guard)
}

#[inline]
fn place<T>(value: &T) -> binding::Place {
    (from_ref(value).expose_provenance(), const { &Type::of::<T>() })
}

/// A local starts to hold a value.
#[inline]
pub fn bind<T>(value: &T, local: u32) -> Guard {
    binding::bind(place(value), local)
}

/// As [`bind`], with the value's text.
#[inline]
pub fn bind_value<T>(value: &T, local: u32, text: Option<&dyn Debug>) -> Guard {
    binding::bind_value(place(value), local, text)
}

/// As [`bind`], for a local that nothing changes: it is watched only if it needs dropping.
#[inline]
pub fn bind_fixed<T>(value: &T, local: u32) -> Guard {
    if mem::needs_drop::<T>() {
        return bind(value, local);
    }
    show(value, local);
    Guard::off()
}

/// As [`bind_fixed`], with the value's text.
#[inline]
pub fn bind_fixed_value<T>(value: &T, local: u32, text: Option<&dyn Debug>) -> Guard {
    if mem::needs_drop::<T>() {
        return bind_value(value, local, text);
    }
    show_value(value, local, text);
    Guard::off()
}

/// As [`bind`], for a local whose end is not watched.
#[inline]
pub fn show<T>(value: &T, local: u32) {
    binding::show(place(value), local);
}

/// As [`show`], with the value's text.
#[inline]
pub fn show_value<T>(value: &T, local: u32, text: Option<&dyn Debug>) {
    binding::show_value(place(value), local, text);
}

/// A local without a value.
#[inline]
pub fn declare(local: u32) -> Guard {
    binding::declare(local)
}

/// In place of the guard of a local that is not compiled.
#[inline]
pub fn no_guard() -> Guard {
    Guard::off()
}

impl Guard {
    /// Whether the place is the one that is watched.
    pub fn watches<T>(&self, place: *const T) -> bool {
        self.is_at(place.addr())
    }

    /// Patterns take the local apart, if `takes`: at its end, its variant may hold nothing.
    pub fn looks_at_variant<T, K: Variants<T>>(&self, takes: bool, _: *const T, _kind: Probe<K>) {
        if takes {
            self.look_before_drop(holds_nothing::<T, K>);
        }
    }

    /// The local holds a new value.
    #[inline]
    pub fn assigned<T>(&self, value: &T) {
        self.assign(place(value), None);
    }

    /// As [`assigned`](Self::assigned), with the value's text.
    #[inline]
    pub fn assigned_value<T>(&self, value: &T, text: Option<&dyn Debug>) {
        self.assign(place(value), text);
    }
}

/// Gives the value back, which is of the probe's type.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a debug build should not copy the value twice")]
pub fn with_type<T>(_: Probe<T>, value: T) -> T {
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
    stop()
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
    stop()
}

/// Calls the body of a closure form, which gives a value of the probe's type.
#[inline(always)]
#[expect(clippy::inline_always, reason = "the body's frame should be the caller's")]
pub fn call<R>(_: Probe<R>, body: impl FnOnce() -> R) -> R {
    body()
}

/// Never returns. Behind a call of it, the compiler checks types, and neither moves nor borrows.
#[cold]
pub fn stop() -> ! {
    loop {
        std::hint::spin_loop();
    }
}

/// Takes a closure that may be called once, in code that never runs.
pub fn once<R>(_: impl FnOnce() -> R) {
    stop()
}

/// The `self` of a `drop`, of which the size may be known: `(&&Dropped(&self)).show(0)`, with both traits in scope.
#[derive(Debug)]
pub struct Dropped<'a, 'b, T: ?Sized>(pub &'a &'b mut T);

/// The size is known.
pub trait ViaSized {
    /// The local starts to hold a value.
    fn show(&self, local: u32);
}

impl<T> ViaSized for &Dropped<'_, '_, T> {
    fn show(&self, local: u32) {
        let ty = const { &Type::of_dropped::<T>() };
        binding::show((from_ref(self.0).expose_provenance(), ty), local);
    }
}

/// The size is not known.
pub trait ViaAny {
    /// As [`ViaSized::show`].
    fn show(&self, local: u32);
}

impl<T: ?Sized> ViaAny for Dropped<'_, '_, T> {
    fn show(&self, local: u32) {
        binding::show(place(self.0), local);
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
