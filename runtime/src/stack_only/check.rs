//! What the expansion of `#[trace_memory(stack_only)]` calls, all of it in code that never runs.
//!
//! A [`Probe`] carries the type of a value out of the copied body. `(&&&&&probe).verdict()` then asks about it: the
//! compiler tries the traits below from the most references to the least, and takes the first whose bound holds.
//!
//! 1. [`ViaCopy`]: the type is `Copy`, and owns nothing. First, since a type that is not known yet (an integer
//!    without a suffix, a call that never returns) is taken for the first that is possible.
//! 2. [`ViaOwner`], [`ViaSecondOwner`]: it is one of the known types with data on the heap. Then the path
//!    `<T as OnTheStack<function, _>>::there` is asked for, and its bound never holds: the error.
//! 3. [`ViaStackOnly`]: declared by the user.
//! 4. [`ViaAny`]: `needs_drop` decides, in a constant.

use core::marker::PhantomData;
use core::mem;

use super::StackOnly;

/// A type.
#[derive(Debug)]
pub struct Probe<T>(PhantomData<fn() -> T>);

impl<T> Clone for Probe<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Probe<T> {}

/// A type that is not known yet.
#[must_use]
pub const fn probe<T>() -> Probe<T> {
    Probe(PhantomData)
}

impl<T> Probe<T> {
    /// Both are of one type.
    pub const fn like(self, _: Self) {}
}

/// Never called.
///
/// # Panics
///
/// Always.
pub const fn stop() -> ! {
    panic!("this code never runs")
}

/// The value, whose type the probe takes.
pub fn seen<T>(_: Probe<T>, value: T) -> T {
    value
}

/// A value of the probe's type.
#[expect(clippy::must_use_candidate, reason = "the call is dead code, and must not warn")]
pub fn value<T>(_: Probe<T>) -> T {
    stop()
}

/// The probe takes the type of a place.
pub fn of<T>(_: Probe<T>, _: &T) {}

/// The iterator; the probe takes the type of its items.
pub fn items<I: IntoIterator>(_: Probe<I::Item>, iterator: I) -> I {
    iterator
}

/// The copy of a body, and what is asked about it: closures, so that their types are known one after the other.
pub const fn copied<R>(copy: impl FnOnce() -> R, checks: impl FnOnce()) -> ! {
    mem::forget(copy);
    mem::forget(checks);
    stop()
}

/// The copy of a body. What is asked about it follows, in the function itself: there the compiler also asks for
/// each set of type parameters.
pub fn copy<R, F: FnOnce() -> R>(copy: F) -> F {
    copy
}

/// The end of what follows [`copy`].
pub fn end<T>(copy: T) -> ! {
    mem::forget(copy);
    stop()
}

/// As [`copied`], for a closure inside of a body.
pub fn copied_in<R>(copy: impl FnOnce() -> R, checks: impl FnOnce()) -> R {
    mem::forget(copy);
    mem::forget(checks);
    stop()
}

/// A value of any type.
#[must_use]
pub fn any<T>() -> T {
    stop()
}

/// The type, under a name that has a beginning and an end: an error is shown under all that lies between.
pub type It<T> = T;

/// Known types that keep data on the heap.
pub trait HeapOwner {
    /// What a reference gives in its place.
    type Instead: ?Sized;
}

/// As [`HeapOwner`], for the second part of a type that has several.
pub trait SecondOwner {
    /// See [`HeapOwner::Instead`].
    type Instead: ?Sized;
}

/// Known types that may allocate when something is done with them through `&mut`.
pub trait Grows {}

/// Never implemented for what a user writes: asking for it is the error.
#[diagnostic::on_unimplemented(
    message = "`{Self}` keeps its data on the heap",
    label = "this is on the heap",
    note = "`{F}` is `stack_only`: its values keep what they own on the stack",
    note = "in its place, borrow a `&{Instead}`, or use an array or another type whose size is fixed"
)]
pub trait OnTheStack<F, Instead: ?Sized> {
    /// The proof.
    #[must_use]
    fn there() -> There<Self, Instead> {
        There(PhantomData, PhantomData)
    }
}

/// Proves that `T` is [`OnTheStack`].
#[derive(Debug)]
pub struct There<T: ?Sized, Instead: ?Sized>(PhantomData<T>, PhantomData<Instead>);

/// Stands for all types that need no proof.
#[derive(Debug)]
pub struct Anything;

#[diagnostic::do_not_recommend]
impl<F> OnTheStack<F, Self> for Anything {}

/// Never implemented for what a user writes, as [`OnTheStack`].
#[diagnostic::on_unimplemented(
    message = "this call may allocate in a `{Self}`, or free what is in it",
    label = "may use the heap",
    note = "`{F}` is `stack_only`: it may read a collection, and change its elements, but not add or remove any",
    note = "a method that only reads can be called on a shared borrow: `(&place).method()`"
)]
pub trait Unchanged<F> {
    /// The proof.
    #[must_use]
    fn there() -> There<Self, Anything> {
        There(PhantomData, PhantomData)
    }
}

#[diagnostic::do_not_recommend]
impl<F> Unchanged<F> for Anything {}

/// Whether a value of the type has to be dropped, asked of a constant: equal to it if not.
///
/// The constant is a pattern where that is possible: `cargo check` evaluates those.
pub type Answer<T> = PhantomData<fn() -> T>;

/// Asks the constant, outside of a pattern.
pub fn is<T>(_: Answer<T>, _: Answer<T>) {}

/// The constant of an [`Answer`]: an error while compiling if the type has to be dropped.
///
/// # Panics
///
/// If it has to be.
#[must_use]
#[track_caller]
pub const fn owns_nothing<T>(message: &str) -> Answer<T> {
    assert!(!mem::needs_drop::<T>(), "{}", message);
    PhantomData
}

/// Nothing has to be asked.
#[derive(Debug)]
pub struct Fine;

impl Fine {
    /// The answer is known.
    #[must_use]
    pub const fn and(self, _: There<Anything, Anything>) -> Answer<()> {
        PhantomData
    }
}

/// The type keeps its data on the heap.
#[derive(Debug)]
pub struct Heap<T, Instead: ?Sized>(PhantomData<T>, PhantomData<Instead>);

impl<T, Instead: ?Sized> Heap<T, Instead> {
    /// Asks for a proof that there is not.
    #[must_use]
    pub fn and(self, _: There<T, Instead>) -> Answer<()> {
        PhantomData
    }
}

/// A constant has to tell.
#[derive(Debug)]
pub struct Ask<T>(PhantomData<fn() -> T>);

impl<T> Ask<T> {
    /// The question.
    #[must_use]
    pub fn and(self, _: There<Anything, Anything>) -> Answer<T> {
        PhantomData
    }
}

/// See the module.
pub trait ViaCopy {
    /// The verdict on the type.
    fn verdict(&self) -> Fine {
        Fine
    }
}

impl<T: Copy> ViaCopy for &&&&Probe<T> {}

/// See the module.
pub trait ViaOwner {
    /// The type.
    type Type;
    /// See [`HeapOwner::Instead`].
    type Instead: ?Sized;

    /// The verdict on the type.
    fn verdict(&self) -> Heap<Self::Type, Self::Instead> {
        Heap(PhantomData, PhantomData)
    }
}

impl<T: HeapOwner> ViaOwner for &&&Probe<T> {
    type Type = T;
    type Instead = T::Instead;
}

/// See the module.
pub trait ViaSecondOwner {
    /// The type.
    type Type;
    /// See [`HeapOwner::Instead`].
    type Instead: ?Sized;

    /// The verdict on the type.
    fn verdict(&self) -> Heap<Self::Type, Self::Instead> {
        Heap(PhantomData, PhantomData)
    }
}

impl<T: SecondOwner> ViaSecondOwner for &&Probe<T> {
    type Type = T;
    type Instead = T::Instead;
}

/// See the module.
pub trait ViaStackOnly {
    /// The verdict on the type.
    fn verdict(&self) -> Fine {
        Fine
    }
}

impl<T: StackOnly> ViaStackOnly for &Probe<T> {}

/// See the module.
pub trait ViaAny {
    /// The type.
    type Type;

    /// The verdict on the type.
    fn verdict(&self) -> Ask<Self::Type> {
        Ask(PhantomData)
    }
}

impl<T> ViaAny for Probe<T> {
    type Type = T;
}

/// Whether the type is a collection that may grow or shrink.
pub trait ViaGrows {
    /// The type.
    type Type;

    /// The verdict on the type.
    fn grows(&self) -> Heap<Self::Type, Anything> {
        Heap(PhantomData, PhantomData)
    }
}

impl<T: Grows> ViaGrows for &Probe<T> {
    type Type = T;
}

/// See [`ViaGrows`].
pub trait ViaFixed {
    /// The verdict on the type.
    fn grows(&self) -> Fine {
        Fine
    }
}

impl<T> ViaFixed for Probe<T> {}
