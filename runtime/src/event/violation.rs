//! What breaks the rule of a `stack_only` function.

use std::sync::Arc;

use super::Broken;
use crate::site::Position;

/// See [`Kind::Violation`](super::Kind::Violation).
///
/// ```
/// use trace_memory::event::{Broken, Violation};
///
/// let function = "app::process".into();
/// let violation = Violation { function, what: Broken::Alloc, block: Some(3), bytes: 24, at: None };
/// assert_eq!(violation.block, Some(3));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The innermost `stack_only` function.
    pub function: Arc<str>,
    /// What it did.
    pub what: Broken,
    /// The block; `None` if it is from before the trace.
    pub block: Option<u64>,
    /// Its size, in bytes; before a reallocation.
    pub bytes: usize,
    /// The statement of the innermost traced frame.
    pub at: Option<Position>,
}
