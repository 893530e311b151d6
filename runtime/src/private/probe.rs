//! Questions to the compiler about types. Nothing here runs but the answers.

use std::marker::PhantomData;
use std::mem;

use super::stop;
use crate::capture::variants::Variant;

/// Asks the compiler whether a closure takes something by value that needs a drop.
#[derive(Debug)]
pub struct Probe<F>(PhantomData<fn() -> F>);

impl<F> Clone for Probe<F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F> Copy for Probe<F> {}

/// A question that the type of a closure answers.
#[must_use]
#[inline]
pub fn probe<F>() -> Probe<F> {
    Probe(PhantomData)
}

impl<F> Probe<F> {
    /// Names the closure, in code that never runs.
    #[expect(clippy::must_use_candidate, reason = "the call is dead code, and must not warn")]
    pub fn bind<R>(&self, _: F) -> R
    where
        F: FnOnce() -> R,
    {
        stop()
    }

    /// As [`bind`](Self::bind), for a closure whose body may await something.
    #[expect(clippy::must_use_candidate, reason = "the call is dead code, and must not warn")]
    pub fn bind_async<R>(&self, _: F) -> R
    where
        F: AsyncFnOnce() -> R,
    {
        stop()
    }

    /// A value of the type, in code that never runs.
    #[expect(clippy::must_use_candidate, reason = "the call is dead code, and must not warn")]
    pub fn value(&self) -> F {
        stop()
    }

    /// A value of the type in a box, in code that never runs.
    #[expect(clippy::must_use_candidate, reason = "the call is dead code, and must not warn")]
    pub fn boxed(self) -> Box<F> {
        stop()
    }

    /// Names the type of a value, in code that never runs.
    pub fn same(&self, _: F) {
        stop()
    }

    /// Names the type of what a closure gives, in code that never runs.
    pub fn result(&self, _: impl FnOnce() -> F) {
        stop()
    }

    /// Names the type of a place, in code that never runs.
    pub fn like(&self, _: *const F) {
        stop()
    }

    /// The answer.
    #[must_use]
    #[inline]
    pub fn moves(&self) -> bool {
        mem::needs_drop::<F>()
    }
}

/// A type whose variants are asked for.
#[must_use]
pub fn variant<T>(_: Probe<T>) -> Variant<T> {
    Variant(PhantomData)
}

/// Two probes are of one type.
pub fn alike<T>(_: Probe<T>, _: Probe<T>) {}

/// Two types that may be one: `(&pair(a, b)).alike()`, with both traits in scope, makes them one if that can be done.
#[derive(Debug)]
pub struct Pair<A, B>(PhantomData<fn() -> (A, B)>);

/// See [`Pair`].
#[must_use]
pub fn pair<A, B>(_: Probe<A>, _: Probe<B>) -> Pair<A, B> {
    Pair(PhantomData)
}

/// They are one type.
pub trait ViaAlike {
    /// Nothing: that it can be called makes them one.
    fn alike(&self) {}
}

impl<T> ViaAlike for Pair<T, T> {}

/// They may be two.
pub trait ViaOther {
    /// Nothing.
    fn alike(&self) {}
}

impl<A, B> ViaOther for &Pair<A, B> {}
