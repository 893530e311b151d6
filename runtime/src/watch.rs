//! What becomes of a violation of `stack_only`: a message, a panic, or the end of the process.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::capture::thread::{Dropped, What, cold};
use crate::capture::violations::{self, Link, Violation};
use crate::capture::{self, sys};
use crate::print::violation::{self, Frame, Report};
use crate::session;
use crate::settings::Reaction;

const NOT_INSTALLED: &str = "trace-memory: `trace_memory::Alloc` is not installed, so no `stack_only` function is watched; \
    add `#[global_allocator] static ALLOC: trace_memory::Alloc = trace_memory::Alloc::system();`\n";

const OFF: &str =
    "trace-memory: `TRACE_MEMORY=off` switches the trace off, so no `stack_only` function is watched\n";

static REACTION: AtomicU8 = AtomicU8::new(Reaction::Report as u8);
static SAID: AtomicBool = AtomicBool::new(false);

/// Sets what a violation leads to.
pub(crate) fn react(reaction: Reaction) {
    REACTION.store(reaction as u8, Ordering::Relaxed);
}

/// Makes the buffer of stdout, before a function that may print.
pub(crate) fn prepare_stdout() {
    cold(|| drop(std::io::stdout()));
}

/// The outermost `stack_only` frame of the thread has ended, and something is to be said.
pub(crate) fn ended(may_panic: bool, of_test: bool) {
    let in_test = of_test || is_test_program();
    if !capture::was_installed() {
        return missing(NOT_INSTALLED, may_panic && in_test);
    }
    let told = cold(|| {
        let (found, count) = violations::take();
        let shown = found.len() as u64;
        let mut told: Vec<String> =
            found.iter().filter(|violation| is_new(violation) || in_test).map(message).collect();
        if count > shown && !told.is_empty() {
            told.push(format!("... and {} more in the same call\n", count - shown));
        }
        told.concat()
    });
    let Some(told) = told else { return };
    conclude(&told, may_panic.then_some("a `stack_only` function used the heap"), in_test);
}

/// Acts on what was found: a message, a panic that begins with these words if there may be one, or the end.
pub(crate) fn conclude(told: &str, panic: Option<&str>, in_test: bool) {
    let reaction = REACTION.load(Ordering::Relaxed);
    if reaction == Reaction::Abort as u8 {
        session::say(told);
        std::process::abort();
    }
    match panic.filter(|_| in_test || reaction == Reaction::Panic as u8) {
        Some(words) => panic!("{words}\n{told}"),
        None => session::say(told),
    }
}

/// A `stack_only` function starts while nothing is recorded.
pub(crate) fn not_watched() {
    if !SAID.load(Ordering::Relaxed) {
        missing(OFF, false);
    }
}

/// Says once that there is no check.
pub(crate) fn missing(why: &str, panics: bool) {
    assert!(!panics, "{why}");
    if !SAID.swap(true, Ordering::Relaxed) {
        session::say(why);
    }
}

/// Whether the program is one that Cargo built for tests: its file lies in a folder `deps`.
pub(crate) fn is_test_program() -> bool {
    static ANSWER: OnceLock<bool> = OnceLock::new();
    *ANSWER.get_or_init(|| {
        let program = cold(std::env::current_exe).and_then(Result::ok);
        program.and_then(|program| Some(program.parent()?.file_name()? == "deps")).unwrap_or(false)
    })
}

/// Whether no violation was told of this place yet.
fn is_new(violation: &Violation) -> bool {
    static TOLD: Mutex<Option<HashSet<[usize; 3]>>> = Mutex::new(None);
    let links = violation.links.iter().flatten();
    let Some(last) = links.last() else { return false };
    let key = [std::ptr::from_ref(last.function).addr(), last.statement as usize, violation.what as usize];
    let mut told = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
    told.get_or_insert_default().insert(key)
}

fn message(violation: &Violation) -> String {
    let mut frames: Vec<Frame> = violation.links.iter().flatten().map(frame).collect();
    let rule = frames.len().saturating_sub(violation.rule_at + 1);
    frames.reverse();
    let innermost = frames.first();
    let line = innermost.map(|frame| frame.at.map_or(frame.line, |at| at.line));
    let source = innermost.zip(line).and_then(|(frame, line)| line_of(&frame.file, line));
    let Violation { what, bytes, new_bytes, dropped, .. } = *violation;
    let innermost = violation.links.iter().flatten().last();
    let dropped = innermost.zip(dropped).and_then(|(link, dropped)| dropped_by(link, dropped));
    violation::message(&Report { what, bytes, new_bytes, frames, rule, dropped, source })
}

/// The name of a local, or the text of an expression.
fn dropped_by(link: &Link, dropped: Dropped) -> Option<String> {
    let places = link.function.places();
    let at = |index: u32| usize::try_from(index).ok();
    let text = match dropped.what() {
        What::Local(index) => places.locals.get(at(index)?)?.name,
        What::Unnamed(index) => places.temporaries.get(at(index)?)?.text,
    };
    Some(text.to_owned())
}

pub(crate) fn frame(link: &Link) -> Frame {
    let function = link.function;
    let statements = function.places().statements;
    let at = usize::try_from(link.statement).ok().and_then(|at| statements.get(at).copied());
    let name = match function.name {
        Some(name) => name.to_owned(),
        None => capture::name_of((link.path)(), function.closures).to_owned() + function.within,
    };
    Frame { function: name, file: function.file.to_owned(), line: function.line, at }
}

/// A line of a source file, as rustc names it: from the folder where Cargo was called, or where the package is.
pub(crate) fn line_of(file: &str, line: u32) -> Option<String> {
    if sys::privileged() {
        return None;
    }
    let package = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
    let mut folders = std::iter::once(Path::new("")).chain(package.ancestors());
    let text = folders.find_map(|folder| fs::read_to_string(folder.join(file)).ok())?;
    text.lines().nth(usize::try_from(line).ok()?.checked_sub(1)?).map(str::to_owned)
}
