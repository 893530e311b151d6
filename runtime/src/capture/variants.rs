//! Which variants of the standard library's enums hold nothing that needs dropping.

use std::convert::Infallible;
use std::marker::PhantomData;
use std::mem;
use std::ops::ControlFlow;
use std::task::Poll;

/// What is known of the variants of a type.
pub trait Variants<T> {
    /// Whether the variant of this value holds nothing that needs dropping, if that is known.
    fn is_empty(value: &T) -> Option<bool>;
}

/// An enum of the standard library.
#[derive(Debug)]
pub struct Known;

/// Any other type.
#[derive(Debug)]
pub struct Unknown;

impl<T> Variants<Option<T>> for Known {
    #[inline]
    fn is_empty(value: &Option<T>) -> Option<bool> {
        Some(value.is_none())
    }
}

impl<T, E> Variants<Result<T, E>> for Known {
    #[inline]
    fn is_empty(value: &Result<T, E>) -> Option<bool> {
        Some(match value {
            Ok(_) => !mem::needs_drop::<T>(),
            Err(_) => !mem::needs_drop::<E>(),
        })
    }
}

impl<T> Variants<Poll<T>> for Known {
    #[inline]
    fn is_empty(value: &Poll<T>) -> Option<bool> {
        Some(value.is_pending())
    }
}

impl<B, C> Variants<ControlFlow<B, C>> for Known {
    #[inline]
    fn is_empty(value: &ControlFlow<B, C>) -> Option<bool> {
        Some(match value {
            ControlFlow::Break(_) => !mem::needs_drop::<B>(),
            ControlFlow::Continue(_) => !mem::needs_drop::<C>(),
        })
    }
}

impl<T> Variants<T> for Unknown {
    #[inline]
    fn is_empty(_: &T) -> Option<bool> {
        None
    }
}

/// A value that is dropped, whatever the variants of its parts are.
impl<T> Variants<T> for Infallible {
    #[inline]
    fn is_empty(_: &T) -> Option<bool> {
        Some(false)
    }
}

/// A type whose variants are asked for: `(&&Variant(…)).kind()`, with both traits in scope.
#[derive(Debug)]
pub struct Variant<T>(pub(crate) PhantomData<fn() -> T>);

/// The type is an enum of the standard library.
pub trait ViaKnown {
    /// Says so.
    fn kind(&self) -> Known {
        Known
    }
}

impl<T> ViaKnown for &Variant<Option<T>> {}
impl<T, E> ViaKnown for &Variant<Result<T, E>> {}
impl<T> ViaKnown for &Variant<Poll<T>> {}
impl<B, C> ViaKnown for &Variant<ControlFlow<B, C>> {}

/// The type is another one.
pub trait ViaUnknown {
    /// Says so.
    fn kind(&self) -> Unknown {
        Unknown
    }
}

impl<T> ViaUnknown for Variant<T> {}

/// The type is a tuple or an array.
pub trait ViaRow {
    /// Whether anything between the first `front` and the last `back` elements needs dropping.
    fn between(&self, front: usize, back: usize) -> Option<bool>;
}

/// The type is another one.
pub trait ViaNoRow {
    /// Nothing is known.
    fn between(&self, _: usize, _: usize) -> Option<bool> {
        None
    }
}

impl<T> ViaNoRow for Variant<T> {}

impl<T, const N: usize> ViaRow for &Variant<[T; N]> {
    fn between(&self, front: usize, back: usize) -> Option<bool> {
        Some(mem::needs_drop::<T>() && front + back < N)
    }
}

macro_rules! tuples {
    ($(($($name:ident)+))+) => {
        $(
            impl<$($name),+> ViaRow for &Variant<($($name,)+)> {
                fn between(&self, front: usize, back: usize) -> Option<bool> {
                    let all = [$(mem::needs_drop::<$name>()),+];
                    Some(all.get(front..all.len() - back).is_some_and(|between| between.contains(&true)))
                }
            }
        )+
    };
}

tuples! {
    (A) (A B) (A B C) (A B C D) (A B C D E) (A B C D E F) (A B C D E F G) (A B C D E F G H)
    (A B C D E F G H I) (A B C D E F G H I J) (A B C D E F G H I J K) (A B C D E F G H I J K L)
}

/// Whether what a slot holds is a variant that holds nothing, if that is known.
pub(crate) fn holds_nothing<T, K: Variants<T>>(addr: usize) -> Option<bool> {
    let place = std::ptr::with_exposed_provenance::<T>(addr);
    // SAFETY: a guard calls this with the slot of its local, of type `T`, while the local is whole; it is about to
    // be dropped, so nobody writes to it.
    let value = unsafe { &*place };
    K::is_empty(value)
}
