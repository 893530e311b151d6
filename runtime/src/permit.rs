//! What a program says and asks of the run-time check of `stack_only`.

/// Runs `work`, and lets it use the heap inside a `stack_only` function: the run-time check looks away.
///
/// It looks again when `work` returns or unwinds. What types show while compiling is refused all the same, so the
/// work is done by a function that is not `stack_only`.
///
/// ```
/// use trace_memory::{permit, trace_memory};
///
/// fn log(peak: f32) -> usize {
///     format!("clipped: {peak}").len()
/// }
///
/// #[trace_memory(stack_only)]
/// fn limit(sample: f32) -> f32 {
///     if sample > 1.0 {
///         permit(|| log(sample));
///     }
///     sample.min(1.0)
/// }
/// assert_eq!(limit(1.5), 1.0);
/// ```
pub fn permit<R>(work: impl FnOnce() -> R) -> R {
    #[cfg(feature = "trace")]
    let _permit = crate::capture::violations::Permit::open();
    work()
}

/// How often `stack_only` functions have used the heap in this process, as far as the run-time check saw.
///
/// 0 without the feature `trace`, and without [`Alloc`](crate::Alloc).
///
/// ```
/// # #[cfg(feature = "trace")]
/// assert_eq!(trace_memory::violations(), 0);
/// ```
#[cfg(feature = "trace")]
#[must_use]
pub fn violations() -> u64 {
    crate::capture::violations::count()
}
