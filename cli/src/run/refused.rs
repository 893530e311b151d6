//! Builds the copy, and leaves alone what the compiler refuses with the attribute.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use cargo_metadata::Metadata;
use cargo_metadata::diagnostic::{Diagnostic, DiagnosticSpan};
use serde::{Deserialize, Serialize};
use trace_memory::print::number;

use super::build::{self, Built};
use super::copy::{Copy, Key, Traced};
use super::report::say;
use super::selection::{Choice, Place};
use super::{Arguments, does_not_build};
use crate::error::Error;

/// How often a build is tried. Each time at least one more function is left alone.
const TRIES: usize = 40;

/// What the compiler refused in a file, as the file was.
#[derive(Serialize, Deserialize)]
struct Refused {
    hash: u64,
    functions: BTreeMap<usize, String>,
}

/// Builds the program with the attribute on every function.
pub(super) fn build(
    arguments: &Arguments,
    metadata: &Metadata,
    choice: Choice<'_>,
    folder: &Path,
) -> Result<Built, Error> {
    let mut copy = Copy::of(metadata, folder, arguments.runtime.as_deref())?;
    let _lock = lock(folder)?;
    let known = folder.join("refused.json");
    recall(&known, &mut copy);
    let manifest = copy.mapped(choice.package.manifest_path.as_std_path());
    let manifest = manifest.ok_or_else(|| Error::failed("the package is not in the copy", ""))?;
    let (target, places) = (copy.target(), copy.places());
    let place = Place::Copy { manifest: &manifest, target: &target, places: &places };
    for _ in 0..TRIES {
        copy.write()?;
        let renewed = copy.fit_lock(&arguments.options);
        if !renewed.is_empty() && !arguments.options.quiet {
            say("Renewed", &format!("{} in the copy, which `trace-memory` needs newer", renewed.join(", ")));
        }
        let built = build::build(choice, &arguments.options, &place)?;
        if built.success {
            remember(&known, &copy);
            if !arguments.options.quiet {
                tell(&copy.traced_of(choice), arguments.verbose);
            }
            return Ok(built);
        }
        if !leave(&built, &mut copy) {
            built.show_errors();
            break;
        }
        // Cargo has said that it failed.
        if !arguments.options.quiet {
            say("Retrying", &format!("without {}", number::counted(copy.refused.len() as u64, "attribute")));
        }
    }
    let path = copy.source().display().to_string();
    let help =
        format!("that was its copy in `{}`; without `--all`, the original is built", path.escape_debug());
    Err(does_not_build(choice, &help))
}

/// One run at a time changes the copy.
fn lock(folder: &Path) -> Result<File, Error> {
    let open = || {
        fs::create_dir_all(folder)?;
        let file = File::options().create(true).truncate(false).write(true).open(folder.join("lock"))?;
        #[cfg(unix)]
        rustix::fs::flock(&file, rustix::fs::FlockOperation::LockExclusive)?;
        Ok(file)
    };
    open().map_err(|error: std::io::Error| {
        Error::failed(format!("cannot lock `{}`: {error}", folder.display().to_string().escape_debug()), "")
    })
}

/// Takes the attribute off the functions that the errors are in; says whether there were any.
fn leave(built: &Built, copy: &mut Copy<'_>) -> bool {
    let mut any = false;
    let before: BTreeSet<Key> = copy.refused.keys().cloned().collect();
    for error in &built.errors {
        if error.message.contains("global allocator") && !copy.has_allocator {
            copy.has_allocator = true;
            any = true;
        }
        let primary = error.spans.iter().filter(|span| span.is_primary);
        any |= primary.chain(&error.spans).any(|span| leave_at(span, error, copy, &before));
    }
    any
}

/// Leaves alone the innermost function around a place, or around the macro that wrote it.
fn leave_at(span: &DiagnosticSpan, error: &Diagnostic, copy: &mut Copy<'_>, before: &BTreeSet<Key>) -> bool {
    let file = copy.original(&span.file_name);
    let around = copy.functions(&file).filter(|(number, function)| {
        function.lines.contains(&span.line_start) && !before.contains(&(file.clone(), *number))
    });
    let innermost = around.min_by_key(|(_, function)| function.lines.end() - function.lines.start());
    if let Some((number, _)) = innermost {
        copy.refused.entry((file, number)).or_insert_with(|| error.message.clone());
        return true;
    }
    span.expansion.as_ref().is_some_and(|expansion| leave_at(&expansion.span, error, copy, before))
}

fn hash(path: &Path) -> Option<u64> {
    let mut hasher = DefaultHasher::new();
    fs::read(path).ok()?.hash(&mut hasher);
    Some(hasher.finish())
}

/// What was refused last time, of files that are as they were.
fn recall(known: &Path, copy: &mut Copy<'_>) {
    let text = fs::read(known).unwrap_or_default();
    let files: BTreeMap<PathBuf, Refused> = serde_json::from_slice(&text).unwrap_or_default();
    for (path, refused) in files {
        if hash(&path) == Some(refused.hash) {
            let functions = refused.functions.into_iter();
            copy.refused.extend(functions.map(|(number, said)| ((path.clone(), number), said)));
        }
    }
}

/// Without what is remembered the next run takes longer, and that is all.
fn remember(known: &Path, copy: &Copy<'_>) {
    let mut files: BTreeMap<&PathBuf, Refused> = BTreeMap::new();
    for ((path, number), said) in &copy.refused {
        let Some(hash) = hash(path) else { continue };
        let of_file = files.entry(path).or_insert_with(|| Refused { hash, functions: BTreeMap::new() });
        of_file.functions.insert(*number, said.clone());
    }
    let _ = serde_json::to_vec(&files).map(|text| fs::write(known, text));
}

/// Says what is traced, and what is not.
fn tell(traced: &Traced, is_verbose: bool) {
    let functions = &traced.functions;
    let left: usize = functions.left.values().sum();
    let all = format!("{} of {} functions in {} files", functions.traced, functions.all(), traced.files);
    say("Traced", &all);
    if left > 0 {
        let reasons = functions.left.iter().map(|(reason, count)| format!("{count} {reason}"));
        let reasons = reasons.collect::<Vec<_>>().join(", ");
        let hint = if is_verbose { "" } else { "; `--verbose` lists them" };
        say("Left alone", &format!("{reasons}{hint}"));
    }
    if is_verbose {
        traced.left.iter().for_each(|line| say("", line));
    }
    if let Some(name) = &traced.own_allocator {
        say(
            "Heap",
            &format!("not traced: the global allocator `{}` is also used by its name", name.escape_debug()),
        );
    }
}
