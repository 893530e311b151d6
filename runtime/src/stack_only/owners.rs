//! The types of the standard library that keep their data on the heap.
//!
//! Only with the feature `alloc`: naming them links the crate `alloc`, and with it a program needs an allocator.
//! Without the list, they are found as everything else that has to be dropped.

use super::check::{Grows, HeapOwner, SecondOwner};

impl<T: HeapOwner> HeapOwner for Option<T> {
    type Instead = T::Instead;
}

impl<T: HeapOwner, E> HeapOwner for Result<T, E> {
    type Instead = T::Instead;
}

impl<T, E: HeapOwner> SecondOwner for Result<T, E> {
    type Instead = E::Instead;
}

impl<T: HeapOwner, const N: usize> HeapOwner for [T; N] {
    type Instead = T::Instead;
}

impl<T: HeapOwner> HeapOwner for &mut T {
    type Instead = T::Instead;
}

impl<T: Grows> Grows for &mut T {}

impl<A: HeapOwner> HeapOwner for (A,) {
    type Instead = A::Instead;
}

impl<A: HeapOwner, B> HeapOwner for (A, B) {
    type Instead = A::Instead;
}

impl<A, B: HeapOwner> SecondOwner for (A, B) {
    type Instead = B::Instead;
}

impl<A: HeapOwner, B, C> HeapOwner for (A, B, C) {
    type Instead = A::Instead;
}

impl<A, B: HeapOwner, C> SecondOwner for (A, B, C) {
    type Instead = B::Instead;
}

#[cfg(feature = "alloc")]
mod of_alloc {
    use alloc::borrow::{Cow, ToOwned};
    use alloc::boxed::Box;
    use alloc::collections::{BTreeMap, BTreeSet, BinaryHeap, LinkedList, VecDeque, btree_map, vec_deque};
    use alloc::ffi::CString;
    use alloc::rc::{self, Rc};
    use alloc::string::String;
    use alloc::sync::{self, Arc};
    use alloc::vec::{self, Vec};
    use core::ffi::CStr;

    use super::{Grows, HeapOwner};

    macro_rules! owners {
        ($([$($generic:tt)*] $ty:ty => $instead:ty,)*) => {
            $(impl<$($generic)*> HeapOwner for $ty {
                type Instead = $instead;
            })*
        };
    }

    owners! {
        [T: ?Sized] Box<T> => T,
        [T: ?Sized] Rc<T> => T,
        [T: ?Sized] rc::Weak<T> => T,
        [T: ?Sized] Arc<T> => T,
        [T: ?Sized] sync::Weak<T> => T,
        [T] Vec<T> => [T],
        [T] vec::IntoIter<T> => [T],
        [] String => str,
        [] CString => CStr,
        [T] VecDeque<T> => [T],
        [T] vec_deque::IntoIter<T> => [T],
        [T] LinkedList<T> => [T],
        [T] BinaryHeap<T> => [T],
        [K, V] BTreeMap<K, V> => [(K, V)],
        [K, V] btree_map::IntoIter<K, V> => [(K, V)],
        [T] BTreeSet<T> => [T],
    }

    impl<B: ?Sized + ToOwned<Owned: HeapOwner>> HeapOwner for Cow<'_, B> {
        type Instead = B;
    }

    macro_rules! grows {
        ($([$($generic:tt)*] $ty:ty,)*) => {
            $(impl<$($generic)*> Grows for $ty {})*
        };
    }

    grows! {
        [T] Vec<T>,
        [] String,
        [T] VecDeque<T>,
        [T] LinkedList<T>,
        [T] BinaryHeap<T>,
        [K, V] BTreeMap<K, V>,
        [T] BTreeSet<T>,
    }

    impl<B: ?Sized + ToOwned<Owned: HeapOwner>> Grows for Cow<'_, B> {}
}

#[cfg(feature = "std")]
mod of_std {
    use std::collections::{HashMap, HashSet, hash_map};
    use std::ffi::{OsStr, OsString};
    use std::path::{Path, PathBuf};

    use super::{Grows, HeapOwner};

    impl HeapOwner for OsString {
        type Instead = OsStr;
    }

    impl HeapOwner for PathBuf {
        type Instead = Path;
    }

    impl<K, V, S> HeapOwner for HashMap<K, V, S> {
        type Instead = [(K, V)];
    }

    impl<K, V> HeapOwner for hash_map::IntoIter<K, V> {
        type Instead = [(K, V)];
    }

    impl<T, S> HeapOwner for HashSet<T, S> {
        type Instead = [T];
    }

    impl Grows for OsString {}
    impl Grows for PathBuf {}
    impl<K, V, S> Grows for HashMap<K, V, S> {}
    impl<T, S> Grows for HashSet<T, S> {}
}
