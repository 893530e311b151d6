//! What `#[trace_memory(stack_only(deep))]` asks about calls, all of it in code that never runs.
//!
//! A function with the option has a companion: a type of its name, in the namespace of types, which is imported with it
//! and implements [`Followed`]. A method or an associated function has one in its `impl` block: a hidden method
//! that gives [`Marked`]. It is looked for on a reference to the type, where it comes before the method of the same name
//! of a local trait, which gives [`Unmarked`] and which all types have. What is unmarked has to be a [`Method`] of
//! a type of the core library, by its name.

use core::marker::PhantomData;

use super::check::{Anything, Probe, There, stop};

/// Companions of functions.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not known to stay on the stack",
    label = "this call is not followed",
    note = "`{F}` is `stack_only(deep)`: what it calls is, too, or is in `core`, or is trusted",
    note = "mark `{Self}` with `#[trace_memory(stack_only(deep))]`, write the path from `core::` on, or accept it with \
            `stack_only(deep, trust(…))`"
)]
pub trait Followed<F> {
    /// The proof.
    fn followed() {}
}

/// What a method of the name that hashes to `NAME` is called on.
#[diagnostic::on_unimplemented(
    message = "this method of `{Self}` is not known to stay on the stack",
    label = "this call is not followed",
    note = "`{F}` is `stack_only(deep)`: what it calls is, too, or is a method of `core`, or is trusted",
    note = "put `#[trace_memory(stack_only(deep))]` on the `impl` block of `{Self}`, or accept the method with \
            `stack_only(deep, trust(…))`"
)]
pub trait Method<const NAME: u64, F> {
    /// The proof.
    #[must_use]
    fn there() -> There<Self, Anything> {
        stop()
    }
}

#[diagnostic::do_not_recommend]
impl<const NAME: u64, F> Method<NAME, F> for Anything {}

#[diagnostic::do_not_recommend]
impl<const NAME: u64, F, T: ?Sized + OfCore<Group: Has<NAME>>> Method<NAME, F> for T {}

/// A type of the standard library, some of whose methods are known to stay on the stack.
pub trait OfCore {
    /// Types that have these methods.
    type Group;
}

/// A group of types with methods of this name.
pub trait Has<const NAME: u64> {}

/// The method of a type is marked.
#[derive(Debug)]
pub struct Marked<T: ?Sized>(PhantomData<T>);

impl<T: ?Sized> Marked<T> {
    /// The answer is known.
    pub fn and(self, _: There<Anything, Anything>) {}
}

/// The method of what `R` refers to is not marked.
#[derive(Debug)]
pub struct Unmarked<R>(PhantomData<R>);

impl<T: ?Sized> Unmarked<&T> {
    /// Asks for a proof that it is known.
    pub fn and(self, _: There<T, Anything>) {}
}

/// The type that methods are called on.
#[derive(Debug)]
pub struct Called<T: ?Sized>(PhantomData<T>);

impl<T: ?Sized> Called<T> {
    /// A reference to a value.
    #[must_use]
    pub fn at<'a>(self) -> &'a T {
        stop()
    }
}

/// A type that is written.
#[must_use]
pub fn called<T: ?Sized>() -> Called<T> {
    stop()
}

/// The type behind references, and behind what stands for them.
pub trait Behind {
    /// That type.
    type Place: ?Sized;

    /// The same as a value.
    fn place(&self) -> Called<Self::Place> {
        stop()
    }
}

macro_rules! behind {
    ($([$($generic:tt)*] $ty:ty => $place:ty,)*) => {
        $(#[allow(clippy::mut_mut, reason = "of such a type a user's value can be")]
        impl<$($generic)*> Behind for $ty {
            type Place = $place;
        })*
    };
}

behind! {
    ['a, 'b, T: ?Sized] &&&Probe<&'a &'b T> => T,
    ['a, 'b, T: ?Sized] &&&Probe<&'a mut &'b T> => T,
    ['a, 'b, T: ?Sized] &&&Probe<&'a mut &'b mut T> => T,
    ['a, 'b, T: ?Sized] &&&Probe<&'a &'b mut T> => T,
    ['a, T: ?Sized] &&Probe<&'a T> => T,
    ['a, T: ?Sized] &&Probe<&'a mut T> => T,
    ['a, T: ?Sized] &&Probe<core::cell::Ref<'a, T>> => T,
    ['a, T: ?Sized] &&Probe<core::cell::RefMut<'a, T>> => T,
}

#[cfg(feature = "std")]
behind! {
    ['a, T: ?Sized] &&Probe<std::sync::MutexGuard<'a, T>> => T,
    ['a, T: ?Sized] &&Probe<std::sync::RwLockReadGuard<'a, T>> => T,
    ['a, T: ?Sized] &&Probe<std::sync::RwLockWriteGuard<'a, T>> => T,
}

/// As [`Behind`], for all other types.
pub trait Itself {
    /// That type.
    type Place: ?Sized;

    /// The same as a value.
    fn place(&self) -> Called<Self::Place> {
        stop()
    }
}

impl<T> Itself for &Probe<T> {
    type Place = T;
}

/// The error of a `?`, which the function returns as it is.
#[diagnostic::on_unimplemented(
    message = "this `?` makes another type of error, with `From`",
    label = "this call is not followed",
    note = "in a function that is `stack_only(deep)`, `?` gives errors back as they are: call what makes the other type \
            with `map_err`"
)]
pub trait Returned<Output> {
    /// The proof.
    #[must_use]
    fn there() -> There<Self, Output> {
        stop()
    }
}

#[diagnostic::do_not_recommend]
impl<T, U> Returned<Option<U>> for Option<T> {}
#[diagnostic::do_not_recommend]
impl<T, U, E> Returned<Result<U, E>> for Result<T, E> {}

/// The operand of a `?`, in a function that returns `Output`.
pub fn returned<T, Output>(value: T, _: There<T, Output>) -> T {
    value
}

/// The number of a name: FNV-1a in 64 bits (Fowler, Noll, Vo). The macro computes the same.
#[must_use]
pub const fn number(name: &str) -> u64 {
    let bytes = name.as_bytes();
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut at = 0;
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u64).wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    hash
}
