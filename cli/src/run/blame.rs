//! Which functions an error is about.

use std::collections::BTreeSet;

use cargo_metadata::diagnostic::{Diagnostic, DiagnosticSpan};

use super::build::Built;
use super::copy::{Copy, Key};
use super::ladder::{Blame, Failure, Rung};

/// What rustc says behind errors.
const AFTERWARDS: &str = "aborting due to";
/// Words of errors that are about many functions at once, whatever place they have.
const OF_MANY: [&str; 3] = ["overflow", "reached the recursion limit", "reached the type-length limit"];

/// What is wrong with a build.
pub(super) fn failure(built: &Built, copy: &Copy<'_>) -> Failure {
    let mut failure = Failure::default();
    for told in built.errors.iter().filter(|told| !told.error.message.starts_with(AFTERWARDS)) {
        let said = &told.error.message;
        let is_of_many = OF_MANY.iter().any(|words| said.contains(words));
        let mut keys = if is_of_many { BTreeSet::new() } else { sure(&told.error, copy) };
        let is_sure = !keys.is_empty();
        if !is_sure {
            failure.crates.insert(copy.original(&told.root.to_string_lossy()));
            if failure.said.is_empty() {
                failure.said.clone_from(said);
            }
            keys.extend(guess(&told.error, copy).filter(|_| !is_of_many));
        }
        for key in keys {
            let blame = failure.blamed.entry(key).or_insert_with(|| Blame { said: said.clone(), is_sure });
            blame.is_sure |= is_sure;
        }
    }
    failure
}

/// The functions whose attribute an error comes out of. The places of the error itself say more than those beside it,
/// and those say more than the places of its notes.
fn sure(error: &Diagnostic, copy: &Copy<'_>) -> BTreeSet<Key> {
    let of = |spans: &mut dyn Iterator<Item = &DiagnosticSpan>| -> BTreeSet<Key> {
        spans.filter_map(|span| attribute_of(span, copy)).collect()
    };
    let own = of(&mut error.spans.iter().filter(|span| span.is_primary));
    if !own.is_empty() {
        return own;
    }
    let beside = of(&mut error.spans.iter());
    if !beside.is_empty() {
        return beside;
    }
    error.children.iter().map(|note| sure(note, copy)).find(|keys| !keys.is_empty()).unwrap_or_default()
}

/// The function whose attribute stands at a place, or wrote it.
fn attribute_of(span: &DiagnosticSpan, copy: &Copy<'_>) -> Option<Key> {
    let file = copy.original(&span.file_name);
    let is_here = |line, column| (line, column) == (span.line_start, span.column_start);
    let here = copy.marks(&file).into_iter().find(|mark| is_here(mark.line, mark.column));
    let outer = || attribute_of(&span.expansion.as_ref()?.span, copy);
    here.map(|mark| (file, mark.function)).or_else(outer)
}

/// The innermost function around the places of an error.
fn guess(error: &Diagnostic, copy: &Copy<'_>) -> Option<Key> {
    let primary = error.spans.iter().filter(|span| span.is_primary);
    primary.chain(&error.spans).find_map(|span| innermost(span, copy))
}

/// The innermost function around a place, or around the macro that wrote it, that still has the attribute.
fn innermost(span: &DiagnosticSpan, copy: &Copy<'_>) -> Option<Key> {
    let file = copy.original(&span.file_name);
    let is_left = |number| copy.lowest.get(&(file.clone(), number)).is_some_and(|at| at.rung == Rung::Left);
    let around = copy
        .functions(&file)
        .filter(|(number, function)| function.lines.contains(&span.line_start) && !is_left(*number));
    let found = around.min_by_key(|(_, function)| function.lines.end() - function.lines.start());
    let found = found.map(|(number, _)| (file.clone(), number));
    found.or_else(|| innermost(&span.expansion.as_ref()?.span, copy))
}
