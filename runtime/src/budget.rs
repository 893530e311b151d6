//! Budgets: what a piece of code may do with the heap, and what is said if it does more.
//!
//! [`measure`](crate::measure) counts and asserts; `#[trace_memory(budget(…))]` checks each call of a function. What is
//! allowed is a [`Count`] or a [`Size`].

pub(crate) mod bytes;
mod limit;
mod overrun;

use std::any::type_name;
use std::sync::{Mutex, PoisonError};

use crate::capture::frame::Frame;
use crate::capture::scope::{At, Found, Refusal, Scope};
use crate::capture::thread::cold;
use crate::site::Function;
use crate::watch;

pub use self::limit::{Count, Limit, Size};
pub(crate) use self::overrun::{Question, Subject, what_is_unknown};

pub(crate) const NOT_INSTALLED: &str = "`trace_memory::Alloc` is not installed, so nothing can be counted; \
    add `#[global_allocator] static ALLOC: trace_memory::Alloc = trace_memory::Alloc::system();`";
pub(crate) const BUSY: &str = "nothing can be counted here: this runs inside of the tracer's own code, such as a \
    `Debug` that is shown for the option `values`";

/// What `#[trace_memory(budget(…))]` says of a function: the most that is allowed.
#[doc(hidden)]
#[derive(Debug)]
pub struct Limits {
    /// Allocations and reallocations.
    pub allocs: Option<u64>,
    /// Bytes asked for.
    pub bytes: Option<u64>,
    /// Bytes alive at once.
    pub peak: Option<u64>,
    /// Blocks that are left.
    pub leaks: Option<u64>,
    /// The line of the attribute.
    pub line: u32,
    /// Whether the function was compiled for the tests of its own crate.
    pub test: bool,
}

impl Limits {
    fn questions(&self) -> impl Iterator<Item = (Question, u64)> {
        let asked = [
            (Question::Allocs, self.allocs),
            (Question::Bytes, self.bytes),
            (Question::Peak, self.peak),
            (Question::Leaks, self.leaks),
        ];
        asked.into_iter().filter_map(|(question, most)| Some((question, most?)))
    }
}

/// The frame of a function with a budget. The frame ends first, then the budget is checked.
#[doc(hidden)]
#[must_use = "the frame ends when this is dropped"]
#[derive(Debug)]
pub struct Budgeted {
    _frame: Frame,
    _check: Check,
}

#[derive(Debug)]
struct Check {
    scope: Option<Scope>,
    function: &'static Function,
    path: fn() -> &'static str,
    limits: &'static Limits,
}

impl Budgeted {
    /// A function with a budget starts; `enter` makes its frame.
    #[inline(never)]
    pub(crate) fn start<D: Fn() -> &'static Function>(
        description: D,
        limits: &'static Limits,
        enter: impl FnOnce(D) -> Frame,
    ) -> Self {
        let (function, path) = (description(), type_name::<D> as fn() -> &'static str);
        let scope = match Scope::open(0) {
            Ok(scope) => Some(scope),
            Err(Refusal::NotInstalled) => {
                let told = format!("trace-memory: {NOT_INSTALLED}\n");
                watch::missing(&told, !std::thread::panicking() && in_test(limits));
                None
            }
            // A value is shown: nothing of that is the program's doing, so nothing is counted either.
            Err(Refusal::Busy) => None,
        };
        crate::session::follow();
        let check = Check { scope, function, path, limits };
        Self { _frame: enter(description), _check: check }
    }
}

impl Drop for Check {
    fn drop(&mut self) {
        let Some(scope) = self.scope.take() else { return };
        let found = scope.close();
        // A call that does not return has not done its work.
        if !std::thread::panicking() {
            self.check(&found);
        }
    }
}

impl Check {
    fn check(&self, found: &Found) {
        let is_over = |(question, most): &(Question, u64)| {
            what_is_unknown(found, *question).is_some() || question.number(found) > *most
        };
        let mut over = self.limits.questions().filter(is_over).peekable();
        if over.peek().is_none() {
            return;
        }
        let in_test = in_test(self.limits);
        let told = cold(|| {
            let over = over.filter(|(question, _)| in_test || is_new(self.function, *question));
            let messages = over.map(|(question, most)| {
                Subject::Function { at: self.at(), line: self.limits.line }.message(
                    found,
                    question,
                    Limit::at_most(most),
                )
            });
            messages.collect::<Vec<_>>().join("\n")
        });
        let Some(told) = told.filter(|told| !told.is_empty()) else { return };
        watch::conclude(&told, Some("a function went over its budget"), in_test);
    }

    fn at(&self) -> At {
        At { function: self.function, path: self.path, statement: u32::MAX }
    }
}

fn in_test(limits: &Limits) -> bool {
    limits.test || watch::is_test_program()
}

/// Whether nothing was told of this function and this number yet.
fn is_new(function: &'static Function, question: Question) -> bool {
    static TOLD: Mutex<Vec<(usize, Question)>> = Mutex::new(Vec::new());
    let key = (std::ptr::from_ref(function).addr(), question);
    let mut told = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
    let is_new = !told.contains(&key);
    if is_new {
        told.push(key);
    }
    is_new
}

/// How many bytes a text says.
///
/// Units are `B`, those of 1024 (`KiB`, `MiB`, `GiB`, `TiB`) and those of 1000 (`kB`, `MB`, `GB`, `TB`).
///
/// ```
/// assert_eq!(trace_memory::budget::bytes("1.5 KiB"), Ok(1536));
/// assert_eq!(
///     trace_memory::budget::bytes("0.3 KiB").unwrap_err(),
///     "`0.3 KiB` is not a whole number of bytes"
/// );
/// ```
///
/// # Errors
///
/// What is wrong with the text.
pub fn bytes(text: &str) -> Result<u64, String> {
    bytes::parse(text)
}
