//! Methods of the standard library that stay on the stack, by groups of types. What is missing is refused where it
//! need not be.
//!
//! In the lists are methods of `core`, and of collections those that read. A method that calls something of its argument's
//! type (`Ord`, `Hash`, `Clone`) is in them: that is the type's own business, as a destructor is.

use core::cell::{Cell, OnceCell, Ref, RefCell, RefMut, UnsafeCell};
use core::mem::{ManuallyDrop, MaybeUninit};
use core::num::{NonZero, Saturating, Wrapping};
use core::ops::{Bound, ControlFlow, Range, RangeFrom, RangeFull, RangeInclusive, RangeTo, RangeToInclusive};
use core::sync::atomic;
use core::{array, char, cmp, iter, marker, option, pin, ptr, result, slice, str, task, time};

use super::deep::{Has, OfCore, number};

macro_rules! group {
    ($(#[$doc:meta])* $group:ident: $($name:ident)*) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $group;
        $(impl Has<{ number(stringify!($name)) }> for $group {})*
    };
}

macro_rules! of {
    ($group:ident: $([$($generic:tt)*] $ty:ty),* $(,)?) => {
        $(impl<$($generic)*> OfCore for $ty {
            type Group = $group;
        })*
    };
}

group! {
    /// Integers.
    Integer: abs abs_diff add add_assign bitand bitand_assign bitor bitor_assign bitxor bitxor_assign borrowing_sub
    cast_signed cast_unsigned carrying_add checked_abs checked_add checked_add_signed checked_add_unsigned
    checked_div checked_div_euclid checked_ilog checked_ilog10 checked_ilog2 checked_isqrt checked_mul checked_neg
    checked_next_multiple_of checked_next_power_of_two checked_pow checked_rem checked_rem_euclid checked_shl checked_shr
    checked_sub checked_sub_signed checked_sub_unsigned clamp clone cmp count_ones count_zeros default div div_assign
    div_ceil div_euclid eq eq_ignore_ascii_case escape_ascii fmt from from_be from_be_bytes from_le from_le_bytes
    from_ne_bytes from_str from_str_radix hash highest_one ilog ilog10 ilog2 into is_ascii is_ascii_alphabetic
    is_ascii_alphanumeric is_ascii_control is_ascii_digit is_ascii_graphic is_ascii_hexdigit is_ascii_lowercase
    is_ascii_punctuation is_ascii_uppercase is_ascii_whitespace is_multiple_of is_negative is_positive is_power_of_two
    isqrt leading_ones leading_zeros make_ascii_lowercase make_ascii_uppercase max midpoint min mul mul_assign ne neg
    next_multiple_of next_power_of_two not overflowing_abs overflowing_add overflowing_div overflowing_mul overflowing_neg
    overflowing_pow overflowing_rem overflowing_shl overflowing_shr overflowing_sub partial_cmp pow rem rem_assign
    rem_euclid reverse_bits rotate_left rotate_right saturating_add saturating_add_signed saturating_div saturating_mul
    saturating_neg saturating_pow saturating_sub shl shl_assign shr shr_assign signum sub sub_assign swap_bytes to_be
    to_be_bytes to_le to_le_bytes to_ne_bytes to_ascii_lowercase to_ascii_uppercase trailing_ones trailing_zeros try_from
    try_into unchecked_add unchecked_mul unchecked_sub unsigned_abs wrapping_abs wrapping_add wrapping_add_signed
    wrapping_div wrapping_mul wrapping_neg wrapping_pow wrapping_rem wrapping_shl wrapping_shr wrapping_sub
}

group! {
    /// Floating-point numbers.
    Float: abs acos acosh add add_assign asin asinh atan atan2 atanh cbrt ceil clamp classify clone copysign cos cosh
    default div div_assign div_euclid eq exp exp2 exp_m1 floor fmt fract from from_be_bytes from_bits from_le_bytes
    from_ne_bytes from_str hypot into is_finite is_infinite is_nan is_normal is_sign_negative is_sign_positive is_subnormal
    ln ln_1p log log10 log2 max midpoint min mul mul_add mul_assign ne neg next_down next_up partial_cmp powf powi recip
    rem rem_assign rem_euclid round round_ties_even signum sin sin_cos sinh sqrt sub sub_assign tan tanh to_be_bytes to_bits
    to_degrees to_int_unchecked to_le_bytes to_ne_bytes to_radians total_cmp trunc try_from try_into
}

group! {
    /// `bool`, `char`, `()`, orderings and durations.
    Plain: abs_diff add add_assign as_micros as_millis as_nanos as_secs as_secs_f32 as_secs_f64 bitand bitand_assign bitor
    bitor_assign bitxor bitxor_assign checked_add checked_div checked_mul checked_sub clamp clone cmp default div
    div_assign div_duration_f32 div_duration_f64 encode_utf16 encode_utf8 eq eq_ignore_ascii_case fmt from from_digit
    from_micros from_millis from_nanos from_secs from_secs_f32 from_secs_f64 from_u32 hash into is_alphabetic is_alphanumeric
    is_ascii is_ascii_alphabetic is_ascii_alphanumeric is_ascii_control is_ascii_digit is_ascii_graphic
    is_ascii_hexdigit is_ascii_lowercase is_ascii_punctuation is_ascii_uppercase is_ascii_whitespace is_control is_digit
    is_eq is_ge is_gt is_le is_lowercase is_lt is_ne is_numeric is_uppercase is_whitespace is_zero len_utf16 len_utf8
    max min mul mul_assign mul_f32 mul_f64 ne neg new not partial_cmp reverse saturating_add saturating_mul saturating_sub
    sub sub_assign subsec_micros subsec_millis subsec_nanos then then_some then_with to_ascii_lowercase to_ascii_uppercase
    to_digit to_lowercase to_uppercase try_from try_into
}

group! {
    /// `Option` and `Result`.
    Variants: and and_then as_deref as_deref_mut as_mut as_pin_mut as_pin_ref as_ref as_slice clone cloned cmp copied default
    eq err expect expect_err filter flatten fmt from get_or_insert get_or_insert_with hash insert inspect inspect_err
    into into_iter is_err is_err_and is_none is_none_or is_ok is_ok_and is_some is_some_and iter iter_mut map map_err map_or
    map_or_else max min ne ok ok_or ok_or_else or or_else partial_cmp replace take take_if transpose unwrap unwrap_err
    unwrap_or unwrap_or_default unwrap_or_else unwrap_unchecked unzip xor zip
}

group! {
    /// Arrays and slices.
    Slice: align_to as_array as_chunks as_mut as_mut_array as_mut_ptr as_mut_slice as_ptr as_ref as_slice binary_search
    binary_search_by binary_search_by_key chunk_by chunks chunks_exact chunks_exact_mut chunks_mut clone clone_from_slice
    cmp concat contains copy_from_slice copy_within default each_mut each_ref ends_with eq eq_ignore_ascii_case
    escape_ascii fill fill_with first first_chunk first_chunk_mut first_mut fmt from get get_disjoint_mut get_mut
    get_unchecked get_unchecked_mut hash index into into_iter is_ascii is_empty is_sorted is_sorted_by is_sorted_by_key iter
    iter_mut last last_chunk last_mut len make_ascii_lowercase make_ascii_uppercase map max min ne partial_cmp
    partition_point rchunks rchunks_exact rchunks_mut reverse rotate_left rotate_right rsplit rsplit_mut
    select_nth_unstable select_nth_unstable_by select_nth_unstable_by_key sort_unstable sort_unstable_by
    sort_unstable_by_key split split_at split_at_checked split_at_mut split_at_mut_checked split_first split_first_chunk
    split_first_mut split_inclusive split_last split_last_mut split_mut splitn starts_with strip_prefix strip_suffix swap
    swap_with_slice trim_ascii try_from try_into windows
}

group! {
    /// Text.
    Text: add as_bytes as_ptr as_ref as_str bytes char_indices chars clone cmp contains default ends_with eq
    eq_ignore_ascii_case escape_debug escape_default escape_unicode find fmt from get get_unchecked hash index into
    is_ascii is_char_boundary is_empty len lines make_ascii_lowercase make_ascii_uppercase match_indices matches max min ne
    parse partial_cmp rfind rmatch_indices rmatches rsplit rsplit_once rsplit_terminator rsplitn split split_ascii_whitespace
    split_at split_at_checked split_inclusive split_once split_terminator split_whitespace splitn starts_with strip_prefix
    strip_suffix trim trim_ascii trim_end trim_end_matches trim_matches trim_start trim_start_matches
}

group! {
    /// Iterators and ranges.
    Iterator: advance_by all any as_slice as_str by_ref chain clone cloned cmp collect contains copied count cycle
    end enumerate eq filter filter_map find find_map flat_map flatten fmt fold for_each fuse ge gt inspect into into_iter
    is_empty is_partitioned is_sorted is_sorted_by is_sorted_by_key last le len lt map map_while max max_by max_by_key min
    min_by min_by_key ne new next next_back next_if next_if_eq nth nth_back partial_cmp partition peek peek_mut peekable
    position product reduce remainder rev rfind rfold rposition scan size_hint skip skip_while start start_bound step_by sum
    take take_while try_fold try_for_each unzip zip
}

group! {
    /// Cells, atomics, and what only holds a value.
    Holder: add as_mut as_mut_ptr as_ptr as_ref assume_init assume_init_mut assume_init_ref borrow borrow_mut clone cmp
    compare_exchange compare_exchange_weak default eq fetch_add fetch_and fetch_max fetch_min fetch_nand fetch_or fetch_sub
    fetch_update fetch_xor fmt from from_mut get get_mut get_or_init get_unchecked_mut into into_inner into_ref is_none is_set
    leading_zeros load map map_split max min mul ne neg new not partial_cmp replace set store sub swap take trailing_zeros
    try_borrow try_borrow_mut uninit update write zeroed
}

group! {
    /// Pointers.
    Pointer: add addr align_offset as_mut as_mut_ptr as_ptr as_ref byte_add byte_offset byte_sub cast cast_const cast_mut
    clone cmp copy_from copy_from_nonoverlapping copy_to copy_to_nonoverlapping dangling eq fmt from hash into is_aligned
    is_null len ne new new_unchecked offset offset_from partial_cmp read read_unaligned read_volatile sub swap
    wrapping_add wrapping_offset wrapping_sub write write_bytes write_unaligned write_volatile
}

of!(Integer:
    [] u8, [] u16, [] u32, [] u64, [] u128, [] usize, [] i8, [] i16, [] i32, [] i64, [] i128,
    [] isize,
);
of!(Float: [] f32, [] f64);
of!(Plain:
    [] bool, [] char, [] (), [] cmp::Ordering, [] time::Duration, [] marker::PhantomPinned,
    [T: ?Sized] marker::PhantomData<T>,
);
of!(Plain: [A] (A,), [A, B] (A, B), [A, B, C] (A, B, C), [A, B, C, D] (A, B, C, D));
of!(Variants:
    [T] Option<T>, [T, E] Result<T, E>, [T] task::Poll<T>, [B, C] ControlFlow<B, C>, [T] Bound<T>,
);
of!(Slice: [T] [T], [T, const N: usize] [T; N]);
of!(Text: [] str);
of!(Iterator:
    [T] Range<T>, [T] RangeInclusive<T>, [T] RangeFrom<T>, [T] RangeTo<T>, [T] RangeToInclusive<T>,
    [] RangeFull, ['a, T] slice::Iter<'a, T>, ['a, T] slice::IterMut<'a, T>,
    ['a, T] slice::Chunks<'a, T>, ['a, T] slice::ChunksMut<'a, T>,
    ['a, T] slice::ChunksExact<'a, T>, ['a, T] slice::ChunksExactMut<'a, T>,
    ['a, T] slice::Windows<'a, T>, ['a, T] slice::RChunks<'a, T>, ['a, T] slice::RChunksMut<'a, T>,
    ['a, T, P: FnMut(&T) -> bool] slice::Split<'a, T, P>,
    [T, const N: usize] array::IntoIter<T, N>, ['a] str::Chars<'a>, ['a] str::CharIndices<'a>,
    ['a] str::Bytes<'a>, ['a] str::Lines<'a>, ['a] str::SplitWhitespace<'a>,
    ['a] str::SplitAsciiWhitespace<'a>, [] char::ToLowercase, [] char::ToUppercase,
    [T] option::IntoIter<T>, ['a, T] option::Iter<'a, T>, [T] result::IntoIter<T>,
    [A, B] iter::Chain<A, B>, [I] iter::Cloned<I>, [I] iter::Copied<I>, [I] iter::Cycle<I>,
    [I] iter::Enumerate<I>, [I, P] iter::Filter<I, P>, [I, F] iter::FilterMap<I, F>,
    [I] iter::Fuse<I>, [I, F] iter::Inspect<I, F>, [I, F] iter::Map<I, F>,
    [I, P] iter::MapWhile<I, P>, [I: iter::Iterator] iter::Peekable<I>, [I] iter::Rev<I>,
    [I, S, F] iter::Scan<I, S, F>, [I] iter::Skip<I>, [I, P] iter::SkipWhile<I, P>,
    [I] iter::StepBy<I>, [I] iter::Take<I>, [I, P] iter::TakeWhile<I, P>, [A, B] iter::Zip<A, B>,
    [T] iter::Once<T>, [T] iter::Empty<T>, [T] iter::Repeat<T>, [F] iter::FromFn<F>,
    [T, F] iter::Successors<T, F>, [F] iter::RepeatWith<F>,
);
of!(Holder:
    [T: ?Sized] Cell<T>, [T: ?Sized] RefCell<T>, [T: ?Sized] UnsafeCell<T>, [T] OnceCell<T>,
    ['a, T: ?Sized] Ref<'a, T>, ['a, T: ?Sized] RefMut<'a, T>, [T] MaybeUninit<T>,
    [T: ?Sized] ManuallyDrop<T>, [P] pin::Pin<P>, [T] Wrapping<T>, [T] Saturating<T>,
    [T] cmp::Reverse<T>, [] atomic::AtomicBool, [] NonZero<u8>, [] NonZero<u16>, [] NonZero<u32>,
    [] NonZero<u64>, [] NonZero<u128>, [] NonZero<usize>, [] NonZero<i8>, [] NonZero<i16>,
    [] NonZero<i32>, [] NonZero<i64>, [] NonZero<i128>, [] NonZero<isize>,
);
#[cfg(target_has_atomic = "8")]
of!(Holder: [] atomic::AtomicU8, [] atomic::AtomicI8);
#[cfg(target_has_atomic = "16")]
of!(Holder: [] atomic::AtomicU16, [] atomic::AtomicI16);
#[cfg(target_has_atomic = "32")]
of!(Holder: [] atomic::AtomicU32, [] atomic::AtomicI32);
#[cfg(target_has_atomic = "64")]
of!(Holder: [] atomic::AtomicU64, [] atomic::AtomicI64);
#[cfg(target_has_atomic = "ptr")]
of!(Holder: [] atomic::AtomicUsize, [] atomic::AtomicIsize, [T] atomic::AtomicPtr<T>);
of!(Pointer: [T: ?Sized] *const T, [T: ?Sized] *mut T, [T: ?Sized] ptr::NonNull<T>);

#[cfg(feature = "alloc")]
mod of_alloc {
    use alloc::boxed::Box;
    use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
    use alloc::rc::Rc;
    use alloc::string::String;
    use alloc::sync::Arc;
    use alloc::vec::Vec;

    use super::{Has, OfCore, number};

    group! {
        /// Collections and owners: methods that leave what they own as it is.
        Owner: as_bytes as_mut as_mut_ptr as_mut_slice as_mut_slices as_mut_str as_ptr as_ref as_slice as_slices as_str back
        back_mut binary_search binary_search_by binary_search_by_key bytes capacity char_indices chars chunks chunks_exact
        chunks_exact_mut chunks_mut clone_from_slice cmp contains contains_key copy_from_slice copy_within deref difference
        ends_with eq fill fill_with find first first_key_value first_mut fmt front front_mut get get_key_value
        get_mut hash index intersection into_iter is_ascii is_char_boundary is_disjoint is_empty is_sorted is_subset
        is_superset iter iter_mut keys last last_key_value last_mut len lines ne parse partial_cmp partition_point range
        range_mut reverse rotate_left rotate_right sort_unstable sort_unstable_by sort_unstable_by_key split split_at
        split_at_mut split_first split_last split_once split_whitespace starts_with strip_prefix strip_suffix swap
        symmetric_difference trim trim_end trim_start union values values_mut windows
    }

    of!(Owner:
        [T: ?Sized] Box<T>, [T: ?Sized] Rc<T>, [T: ?Sized] Arc<T>, [T] Vec<T>, [T] VecDeque<T>,
        [] String, [K, V] BTreeMap<K, V>, [T] BTreeSet<T>,
    );

    #[cfg(feature = "std")]
    of!(Owner: [K, V, S] std::collections::HashMap<K, V, S>, [T, S] std::collections::HashSet<T, S>);
}
