//! What is allowed: a number, a range, or a size with its unit.

use std::ops::{Range, RangeFrom, RangeFull, RangeInclusive, RangeTo, RangeToInclusive};

use super::bytes;

/// How many are allowed; both ends are included.
///
/// ```
/// use trace_memory::budget::{Count, Limit};
///
/// let limit: Limit = (..=3).limit();
/// assert_eq!(limit, (0..4).limit());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    least: u64,
    most: u64,
}

impl Limit {
    pub(crate) const fn at_most(most: u64) -> Self {
        Self { least: 0, most }
    }

    const fn new(least: u64, most: u64) -> Self {
        Self { least, most }
    }

    /// Nothing is in it.
    const NONE: Self = Self { least: u64::MAX, most: 0 };

    pub(crate) const fn allows(self, number: u64) -> bool {
        self.least <= number && number <= self.most
    }

    /// The limit in words; `number` writes one of its ends.
    pub(crate) fn words(self, number: impl Fn(u64) -> String) -> String {
        match (self.least, self.most) {
            (0, 0) => number(0),
            (least, most) if least > most => "an empty range, which nothing meets".to_owned(),
            (0, u64::MAX) => "any".to_owned(),
            (least, most) if least == most => format!("exactly {}", number(most)),
            (0, most) => format!("at most {}", number(most)),
            (least, u64::MAX) => format!("at least {}", number(least)),
            (least, most) => format!("{} to {}", number(least), number(most)),
        }
    }
}

mod sealed {
    pub trait Count {}
    pub trait Size {}
}

/// How often something may happen: a number, which is exact, or a range.
///
/// ```
/// use trace_memory::budget::Count;
///
/// fn allowed(count: impl Count) -> String {
///     format!("{:?}", count.limit())
/// }
/// assert_eq!(allowed(3), allowed(3..=3));
/// assert_eq!(allowed(..4), allowed(..=3));
/// ```
pub trait Count: sealed::Count {
    /// What it allows.
    ///
    /// ```
    /// use trace_memory::budget::Count;
    ///
    /// assert_eq!(3.limit(), (3..4).limit());
    /// ```
    fn limit(self) -> Limit;
}

/// How many bytes are allowed: a text such as `"1 KiB"` or a number is the most, a range is both ends.
///
/// ```
/// use trace_memory::budget::Size;
///
/// fn allowed(size: impl Size) -> String {
///     format!("{:?}", size.limit())
/// }
/// assert_eq!(allowed("1.5 KiB"), allowed(1536));
/// assert_eq!(allowed(1024), allowed(..=1024));
/// ```
pub trait Size: sealed::Size {
    /// What it allows.
    ///
    /// ```
    /// use trace_memory::budget::Size;
    ///
    /// assert_eq!("1 kB".limit(), (..=1000).limit());
    /// ```
    ///
    /// # Panics
    ///
    /// If a text is not a size, with what is wrong with it.
    fn limit(self) -> Limit;
}

impl sealed::Count for u64 {}

impl Count for u64 {
    fn limit(self) -> Limit {
        Limit::new(self, self)
    }
}

impl sealed::Size for u64 {}

impl Size for u64 {
    fn limit(self) -> Limit {
        Limit::at_most(self)
    }
}

impl sealed::Size for &str {}

impl Size for &str {
    #[track_caller]
    fn limit(self) -> Limit {
        match bytes::parse(self) {
            Ok(bytes) => Limit::at_most(bytes),
            Err(wrong) => panic!("{wrong}"),
        }
    }
}

/// Each range is both.
macro_rules! ranges {
    ($($range:ty, $own:pat => $limit:expr;)*) => {$(
        impl sealed::Count for $range {}

        impl Count for $range {
            fn limit(self) -> Limit {
                let $own = self;
                $limit
            }
        }

        impl sealed::Size for $range {}

        impl Size for $range {
            fn limit(self) -> Limit {
                Count::limit(self)
            }
        }
    )*};
}

ranges! {
    Range<u64>, range => range.end.checked_sub(1).map_or(Limit::NONE, |most| Limit::new(range.start, most));
    RangeInclusive<u64>, range => if range.is_empty() { Limit::NONE } else { Limit::new(*range.start(), *range.end()) };
    RangeTo<u64>, range => range.end.checked_sub(1).map_or(Limit::NONE, Limit::at_most);
    RangeToInclusive<u64>, range => Limit::at_most(range.end);
    RangeFrom<u64>, range => Limit::new(range.start, u64::MAX);
    RangeFull, _ => Limit::at_most(u64::MAX);
}
