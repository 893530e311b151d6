//! Types of the standard library that have a destructor and keep nothing on the heap.

use core::cell::{Cell, Ref, RefCell, RefMut};
use core::iter;

use super::StackOnly;

macro_rules! declared {
    ($($ty:ty),* $(,)?) => {
        $(impl StackOnly for $ty {})*
    };
}

declared!(
    (),
    bool,
    char,
    u8,
    u16,
    u32,
    u64,
    u128,
    usize,
    i8,
    i16,
    i32,
    i64,
    i128,
    isize,
    f32,
    f64,
    core::fmt::Error,
);

impl<T: ?Sized> StackOnly for &T {}
impl<T: StackOnly> StackOnly for Option<T> {}
impl<T: StackOnly, E: StackOnly> StackOnly for Result<T, E> {}
impl<T: StackOnly, const N: usize> StackOnly for [T; N] {}
impl<A: StackOnly> StackOnly for (A,) {}
impl<A: StackOnly, B: StackOnly> StackOnly for (A, B) {}
impl<A: StackOnly, B: StackOnly, C: StackOnly> StackOnly for (A, B, C) {}
impl<A: StackOnly, B: StackOnly, C: StackOnly, D: StackOnly> StackOnly for (A, B, C, D) {}
impl<T: StackOnly> StackOnly for Cell<T> {}
impl<T: StackOnly> StackOnly for RefCell<T> {}
impl<T: ?Sized> StackOnly for Ref<'_, T> {}
impl<T: ?Sized> StackOnly for RefMut<'_, T> {}

// Iterators over the elements of an array. Their closures own only what the function's own values give them,
// and each of those is checked where it is made.
impl<T: Copy, const N: usize> StackOnly for core::array::IntoIter<T, N> {}
impl<I: StackOnly> StackOnly for iter::Cloned<I> {}
impl<I: StackOnly> StackOnly for iter::Copied<I> {}
impl<I: StackOnly> StackOnly for iter::Cycle<I> {}
impl<I: StackOnly> StackOnly for iter::Enumerate<I> {}
impl<I: StackOnly, P> StackOnly for iter::Filter<I, P> {}
impl<I: StackOnly, F> StackOnly for iter::FilterMap<I, F> {}
impl<I: StackOnly> StackOnly for iter::Fuse<I> {}
impl<I: StackOnly, F> StackOnly for iter::Inspect<I, F> {}
impl<I: StackOnly, F> StackOnly for iter::Map<I, F> {}
impl<I: StackOnly, P> StackOnly for iter::MapWhile<I, P> {}
impl<I: StackOnly> StackOnly for iter::Rev<I> {}
impl<I: StackOnly> StackOnly for iter::Skip<I> {}
impl<I: StackOnly, P> StackOnly for iter::SkipWhile<I, P> {}
impl<I: StackOnly> StackOnly for iter::StepBy<I> {}
impl<I: StackOnly> StackOnly for iter::Take<I> {}
impl<I: StackOnly, P> StackOnly for iter::TakeWhile<I, P> {}
impl<I: StackOnly, J: StackOnly> StackOnly for iter::Chain<I, J> {}
impl<I: StackOnly, J: StackOnly> StackOnly for iter::Zip<I, J> {}

#[cfg(feature = "std")]
mod of_std {
    use std::sync::{MutexGuard, PoisonError, RwLockReadGuard, RwLockWriteGuard, TryLockError};

    use super::StackOnly;

    impl<T: StackOnly> StackOnly for PoisonError<T> {}
    impl<T: StackOnly> StackOnly for TryLockError<T> {}
    impl<T: ?Sized> StackOnly for MutexGuard<'_, T> {}
    impl<T: ?Sized> StackOnly for RwLockReadGuard<'_, T> {}
    impl<T: ?Sized> StackOnly for RwLockWriteGuard<'_, T> {}
}
