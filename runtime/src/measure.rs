//! Counting what a piece of code does with the heap.

mod report;

use crate::capture::scope::{Handle, Refusal, Scope};
use crate::{budget, session};

pub use self::report::Report;

/// Drops of which a measurement takes note.
const DROPS: usize = 4096;

/// Runs `work`, and counts what this thread does with the heap meanwhile.
///
/// Counted are the thread's own heap events, so that tests run in parallel, and those of threads that are told with
/// [`Measurement::include`]. The counts come from [`Alloc`](crate::Alloc): they are exact, with and without traced functions, and also under
/// `TRACE_MEMORY=off`. Traced functions add the lines to a failed assertion, and the drops.
///
#[doc = "```standalone_crate"]
/// use trace_memory::{measure, trace_memory};
///
/// #[global_allocator]
/// static ALLOC: trace_memory::Alloc = trace_memory::Alloc::system();
///
/// #[trace_memory]
/// fn shout(text: &str) -> usize {
///     let upper = text.to_uppercase();
///     upper.len()
/// }
///
/// let report = measure(|| shout("hello"));
/// report.assert_allocs(..=1).assert_bytes("16 B").assert_no_leaks().assert_drop_order(["upper"]);
/// assert_eq!(report.into_value(), 5);
/// ```
///
/// # Panics
///
/// If `Alloc` is not the global allocator, with the line to add; and inside of a `Debug` that the option `values` shows.
#[track_caller]
pub fn measure<R>(work: impl FnOnce() -> R) -> Report<R> {
    let scope = match Scope::open(DROPS) {
        Ok(scope) => scope,
        Err(Refusal::NotInstalled) => panic!("{}", budget::NOT_INSTALLED),
        Err(Refusal::Busy) => panic!("{}", budget::BUSY),
    };
    session::follow();
    let value = work();
    Report::new(value, scope.close())
}

/// What is being measured on this thread, to tell other threads of it.
///
/// A thread works for a measurement if it is told to; what it does elsewhere is not counted, nor is what the standard
/// library does to start it. A thread that is still at work when the measurement ends makes its assertions fail.
///
#[doc = "```standalone_crate"]
/// use trace_memory::{Measurement, measure};
///
/// # #[global_allocator]
/// # static ALLOC: trace_memory::Alloc = trace_memory::Alloc::system();
/// let report = measure(|| {
///     let measurement = Measurement::current();
///     let worker = std::thread::spawn(move || measurement.include(|| vec![0_u8; 5000].len()));
///     worker.join().unwrap()
/// });
/// assert!(report.bytes() >= 5000);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Measurement(Handle);

impl Measurement {
    /// All that is being measured on this thread: by [`measure`], and by budgets of functions that have not ended.
    ///
    /// ```
    /// let nothing = trace_memory::Measurement::current();
    /// assert_eq!(nothing.include(|| 7), 7);
    /// ```
    #[must_use]
    pub fn current() -> Self {
        Self(Handle::current())
    }

    /// Runs `work`, and counts what this thread does meanwhile.
    ///
    /// Where the measurement has ended, or there was none, `work` just runs.
    ///
    #[doc = "```standalone_crate"]
    /// use trace_memory::{Measurement, measure};
    ///
    /// # #[global_allocator]
    /// # static ALLOC: trace_memory::Alloc = trace_memory::Alloc::system();
    /// let report = measure(|| {
    ///     let measurement = Measurement::current();
    ///     std::thread::scope(|scope| {
    ///         scope.spawn(|| measurement.include(|| drop(vec![0_u8; 1 << 20])));
    ///     });
    /// });
    /// report.assert_peak(1 << 20..);
    /// ```
    pub fn include<R>(&self, work: impl FnOnce() -> R) -> R {
        let _joined = self.0.join();
        work()
    }
}
