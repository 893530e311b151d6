//! What was counted, and assertions about it.

use std::fmt;
use std::panic::Location;

use crate::budget::{self, Count, Limit, Question, Size, Subject, what_is_unknown};
use crate::capture::scope::{Dropped, Found};
use crate::capture::thread::cold;
use crate::capture::violations::Link;
use crate::watch;

use super::DROPS;

/// What [`measure`](crate::measure) has counted, and the value of what it ran.
///
/// The assertions give the report back, so that several stand in a row. Each fails also where its number is not known:
/// when a thread that was told of the measurement was still at work.
///
#[doc = "```standalone_crate"]
/// # #[global_allocator]
/// # static ALLOC: trace_memory::Alloc = trace_memory::Alloc::system();
/// let report = trace_memory::measure(|| vec![1_u8; 100]);
/// assert_eq!((report.allocs(), report.bytes(), report.peak()), (1, 100, 100));
/// assert_eq!(report.leaks(), 1, "the vector is in the report");
/// assert_eq!(report.value().len(), 100);
/// ```
#[must_use = "a report is there to be looked at"]
pub struct Report<R> {
    value: R,
    found: Found,
}

impl<R> Report<R> {
    pub(super) const fn new(value: R, found: Found) -> Self {
        Self { value, found }
    }

    /// What the measured code returned.
    ///
    #[doc = "```standalone_crate"]
    /// # #[global_allocator]
    /// # static ALLOC: trace_memory::Alloc = trace_memory::Alloc::system();
    /// let report = trace_memory::measure(|| vec![1_u8; 3]);
    /// assert_eq!(report.value(), &[1, 1, 1]);
    /// ```
    pub const fn value(&self) -> &R {
        &self.value
    }

    /// What the measured code returned, to keep.
    ///
    #[doc = "```standalone_crate"]
    /// # #[global_allocator]
    /// # static ALLOC: trace_memory::Alloc = trace_memory::Alloc::system();
    /// let report = trace_memory::measure(|| vec![1_u8; 3]);
    /// assert_eq!(report.into_value(), [1, 1, 1]);
    /// ```
    pub fn into_value(self) -> R {
        self.value
    }

    /// How often the allocator was asked for memory: allocations and [reallocations](Self::reallocs).
    ///
    #[doc = "```standalone_crate"]
    /// # #[global_allocator]
    /// # static ALLOC: trace_memory::Alloc = trace_memory::Alloc::system();
    /// let report = trace_memory::measure(|| vec![String::from("a"), String::from("b")]);
    /// assert_eq!(report.allocs(), 3);
    /// ```
    pub fn allocs(&self) -> u64 {
        Question::Allocs.number(&self.found)
    }

    /// How many of the [`allocs`](Self::allocs) changed the size of a block that was there.
    ///
    #[doc = "```standalone_crate"]
    /// # #[global_allocator]
    /// # static ALLOC: trace_memory::Alloc = trace_memory::Alloc::system();
    /// let report = trace_memory::measure(|| { let mut list = vec![1_u8; 3]; list.reserve_exact(5); list });
    /// assert_eq!((report.allocs(), report.reallocs()), (2, 1));
    /// ```
    pub fn reallocs(&self) -> u64 {
        self.found.tally.counts.reallocs
    }

    /// Bytes asked for, including those by which blocks grew.
    ///
    #[doc = "```standalone_crate"]
    /// # #[global_allocator]
    /// # static ALLOC: trace_memory::Alloc = trace_memory::Alloc::system();
    /// let report = trace_memory::measure(|| { let mut list = vec![1_u8; 3]; list.reserve_exact(5); list });
    /// assert_eq!(report.bytes(), 8);
    /// ```
    pub fn bytes(&self) -> u64 {
        self.found.tally.counts.bytes
    }

    /// How many bytes more than at the start were alive at once, at most.
    ///
    #[doc = "```standalone_crate"]
    /// # #[global_allocator]
    /// # static ALLOC: trace_memory::Alloc = trace_memory::Alloc::system();
    /// let report = trace_memory::measure(|| for _ in 0..3 { std::hint::black_box(Box::new(7_u64)); });
    /// assert_eq!((report.bytes(), report.peak()), (24, 8));
    /// ```
    pub fn peak(&self) -> u64 {
        self.found.tally.peak
    }

    /// How many blocks were freed, whoever allocated them.
    ///
    #[doc = "```standalone_crate"]
    /// # #[global_allocator]
    /// # static ALLOC: trace_memory::Alloc = trace_memory::Alloc::system();
    /// let report = trace_memory::measure(|| for _ in 0..3 { std::hint::black_box(Box::new(7_u64)); });
    /// assert_eq!(report.frees(), 3);
    /// ```
    pub fn frees(&self) -> u64 {
        self.found.tally.counts.frees
    }

    /// Their bytes.
    ///
    #[doc = "```standalone_crate"]
    /// # #[global_allocator]
    /// # static ALLOC: trace_memory::Alloc = trace_memory::Alloc::system();
    /// let report = trace_memory::measure(|| for _ in 0..3 { std::hint::black_box(Box::new(7_u64)); });
    /// assert_eq!(report.freed_bytes(), 24);
    /// ```
    pub fn freed_bytes(&self) -> u64 {
        self.found.tally.counts.freed_bytes
    }

    /// How many blocks were allocated and were alive at the end. Those of the value are among them: to leave them out,
    /// end the closure with `drop(value)`.
    ///
    #[doc = "```standalone_crate"]
    /// # #[global_allocator]
    /// # static ALLOC: trace_memory::Alloc = trace_memory::Alloc::system();
    /// let report = trace_memory::measure(|| std::mem::forget(std::hint::black_box(Box::new(7))));
    /// assert_eq!(report.leaks(), 1);
    /// ```
    ///
    /// # Panics
    ///
    /// If that is not known: some 900 000 blocks of a process can be followed at once.
    #[track_caller]
    pub fn leaks(&self) -> u64 {
        self.known(Question::Leaks);
        self.found.tally.counts.left
    }

    /// The locals of traced functions that were dropped, in order, on the thread that measures.
    ///
    #[doc = "```standalone_crate"]
    /// # #[global_allocator]
    /// # static ALLOC: trace_memory::Alloc = trace_memory::Alloc::system();
    /// #[trace_memory::trace_memory]
    /// fn two() {
    ///     let a = String::from("a");
    ///     let b = a.clone();
    /// }
    ///
    /// let report = trace_memory::measure(two);
    /// assert_eq!(report.drops(), ["b", "a"]);
    /// ```
    ///
    /// # Panics
    ///
    /// If there were too many to take note of.
    #[track_caller]
    pub fn drops(&self) -> Vec<&'static str> {
        let drops = &self.found.tally.drops;
        assert!(drops.more == 0, "{} drops are not known: only {DROPS} are noted", drops.more);
        drops.noted.iter().map(|dropped| name(dropped.function, dropped.local)).collect()
    }

    /// Asserts how often the allocator was asked for memory: a number is exact, a range such as `..=3` bounds it.
    ///
    #[doc = "```standalone_crate"]
    /// # #[global_allocator]
    /// # static ALLOC: trace_memory::Alloc = trace_memory::Alloc::system();
    /// let report = trace_memory::measure(|| vec![1_u8; 3]);
    /// report.assert_allocs(1).assert_allocs(..=3);
    /// ```
    ///
    /// # Panics
    ///
    /// If it was asked more or less often, with the lines.
    #[track_caller]
    pub fn assert_allocs(&self, allowed: impl Count) -> &Self {
        self.assert(Question::Allocs, allowed.limit())
    }

    /// Asserts how many bytes were asked for: `"1 KiB"` or `1024` is the most, a range bounds it.
    ///
    #[doc = "```standalone_crate"]
    /// # #[global_allocator]
    /// # static ALLOC: trace_memory::Alloc = trace_memory::Alloc::system();
    /// let report = trace_memory::measure(|| vec![1_u8; 3]);
    /// report.assert_bytes("1 KiB").assert_bytes(3).assert_bytes(2..4);
    /// ```
    ///
    /// # Panics
    ///
    /// If they were more, with the lines; and if the text is not a size.
    #[track_caller]
    pub fn assert_bytes(&self, allowed: impl Size) -> &Self {
        self.assert(Question::Bytes, allowed.limit())
    }

    /// Asserts how many bytes more than at the start were alive at once: `"1 KiB"` or `1024` is the most, a range bounds it.
    ///
    #[doc = "```standalone_crate"]
    /// # #[global_allocator]
    /// # static ALLOC: trace_memory::Alloc = trace_memory::Alloc::system();
    /// let report = trace_memory::measure(|| vec![1_u8; 3]);
    /// report.assert_peak("3 B");
    /// ```
    ///
    /// # Panics
    ///
    /// If they were more, with the lines; and if the text is not a size.
    #[track_caller]
    pub fn assert_peak(&self, allowed: impl Size) -> &Self {
        self.assert(Question::Peak, allowed.limit())
    }

    /// Asserts that no block is [left](Self::leaks).
    ///
    #[doc = "```standalone_crate"]
    /// # #[global_allocator]
    /// # static ALLOC: trace_memory::Alloc = trace_memory::Alloc::system();
    /// let report = trace_memory::measure(|| drop(vec![1_u8; 3]));
    /// report.assert_no_leaks();
    /// ```
    ///
    /// # Panics
    ///
    /// If one is, with the line where it was allocated.
    #[track_caller]
    pub fn assert_no_leaks(&self) -> &Self {
        self.assert(Question::Leaks, Limit::at_most(0))
    }

    /// Asserts that the heap was not used at all: nothing allocated, resized or freed.
    ///
    #[doc = "```standalone_crate"]
    /// # #[global_allocator]
    /// # static ALLOC: trace_memory::Alloc = trace_memory::Alloc::system();
    /// let report = trace_memory::measure(|| [1_u8; 3].len());
    /// report.assert_stack_only();
    /// ```
    ///
    /// # Panics
    ///
    /// If it was, with the lines.
    #[track_caller]
    pub fn assert_stack_only(&self) -> &Self {
        self.assert(Question::Heap, Limit::at_most(0))
    }

    /// Asserts which locals of traced functions were dropped, all of them, in their order.
    ///
    #[doc = "```standalone_crate"]
    /// # #[global_allocator]
    /// # static ALLOC: trace_memory::Alloc = trace_memory::Alloc::system();
    /// #[trace_memory::trace_memory]
    /// fn two() {
    ///     let a = String::from("a");
    ///     let b = a.clone();
    /// }
    ///
    /// let report = trace_memory::measure(two);
    /// report.assert_drop_order(["b", "a"]);
    /// ```
    ///
    /// # Panics
    ///
    /// If they were others, or it is not certain.
    #[track_caller]
    pub fn assert_drop_order<S: AsRef<str>>(&self, expected: impl IntoIterator<Item = S>) -> &Self {
        let fault = cold(|| {
            let expected: Vec<S> = expected.into_iter().collect();
            self.drop_fault(&expected.iter().map(AsRef::as_ref).collect::<Vec<_>>(), Location::caller())
        });
        match fault.flatten() {
            Some(fault) => panic!("{fault}"),
            None => self,
        }
    }

    fn drop_fault(&self, expected: &[&str], at: &Location<'_>) -> Option<String> {
        let drops = &self.found.tally.drops;
        let names: Vec<&str> =
            drops.noted.iter().map(|dropped| name(dropped.function, dropped.local)).collect();
        let uncertain = drops.noted.iter().zip(&names).find(|(dropped, _)| !dropped.certain);
        let (headline, note) = match uncertain {
            _ if drops.more > 0 => {
                (format!("{} drops were not noted", drops.more), format!("at most {DROPS} are"))
            }
            Some((dropped, name)) => (format!("whether `{name}` was dropped is not certain"), {
                let Dropped { function, path, .. } = *dropped;
                let frame = watch::frame(&Link { function, path, statement: u32::MAX });
                format!(
                    "it is a local of `{}`; docs/certainty.md lists why that cannot be known",
                    frame.function
                )
            }),
            None if names == expected => return None,
            None => (
                "the measured code dropped other locals than expected, or in another order".to_owned(),
                "the locals of traced functions that need dropping, on the thread that measures".to_owned(),
            ),
        };
        let text = format!(
            "error: {headline}\n   = expected: {}\n   =  dropped: {}\n   = note: {note}\n   = note: asserted at {}:{}\n",
            listed(expected),
            listed(&names),
            at.file(),
            at.line(),
        );
        Some(text)
    }

    #[track_caller]
    fn known(&self, question: Question) {
        if let Some(unknown) = what_is_unknown(&self.found, question) {
            panic!("{unknown}");
        }
    }

    #[track_caller]
    fn assert(&self, question: Question, limit: Limit) -> &Self {
        let is_known = what_is_unknown(&self.found, question).is_none();
        if is_known && limit.allows(question.number(&self.found)) {
            return self;
        }
        let subject = Subject::Measured { at: Location::caller(), value_owns: std::mem::needs_drop::<R>() };
        let told = cold(|| subject.message(&self.found, question, limit));
        panic!("{}", told.as_deref().unwrap_or(budget::BUSY));
    }
}

impl<R: fmt::Debug> fmt::Debug for Report<R> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tally = &self.found.tally;
        let mut shown = to.debug_struct("Report");
        shown.field("value", &self.value).field("allocs", &self.allocs()).field("bytes", &self.bytes());
        shown.field("peak", &tally.peak).field("left", &tally.counts.left).finish_non_exhaustive()
    }
}

/// The name of a local.
fn name(function: &'static crate::site::Function, local: u32) -> &'static str {
    let local = usize::try_from(local).ok().and_then(|at| function.places().locals.get(at).copied());
    local.map_or("", |local| local.name)
}

fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{}`", name.escape_debug())).collect();
    if quoted.is_empty() { "nothing".to_owned() } else { quoted.join(", ") }
}
