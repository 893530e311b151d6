//! Builds the copy, and traces less of what the compiler refuses with the attribute.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use cargo_metadata::Metadata;
use trace_memory::print::number;

use super::build::{self, Built};
use super::copy::{Copy, Key, Traced};
use super::ladder::{Failure, Ladder, Lowest, Program, Rung, Why};
use super::report::say;
use super::selection::{Choice, Place};
use super::{Arguments, blame, does_not_build, known};
use crate::error::Error;

/// Builds the program with the attribute on every function.
pub(super) fn build(
    arguments: &Arguments,
    metadata: &Metadata,
    choice: Choice<'_>,
    folder: &Path,
) -> Result<Built, Error> {
    let copy = Copy::of(metadata, folder, arguments.runtime.as_deref())?;
    let _lock = lock(folder)?;
    let path = folder.join("refused.json");
    let mut tries = Tries { arguments, choice, copy, built: Built::default() };
    let mut ladder = Ladder::new(&mut tries, known::recall(&path));
    let builds = ladder.climb_down()?;
    let lowest = ladder.lowest;
    let Tries { copy, built, .. } = tries;
    if builds {
        known::remember(&path, &lowest);
        if !arguments.options.quiet {
            tell(&copy.traced_of(choice), arguments.verbose);
        }
        return Ok(built);
    }
    built.show_errors();
    let path = copy.source().display().to_string();
    let help =
        format!("that was its copy in `{}`; without `--all`, the original is built", path.escape_debug());
    Err(does_not_build(choice, &help))
}

/// The copy, which is built again and again.
struct Tries<'a> {
    arguments: &'a Arguments,
    choice: Choice<'a>,
    copy: Copy<'a>,
    /// What came of the last build.
    built: Built,
}

impl Program for Tries<'_> {
    fn build(&mut self, lowest: &Lowest, why: Why<'_>) -> Result<Option<Failure>, Error> {
        self.copy.lowest.clone_from(lowest);
        // Cargo has said that it failed.
        self.say(why, lowest);
        self.built = self.try_it()?;
        let is_allocator =
            |built: &Built| built.errors.iter().any(|told| told.error.message.contains("global allocator"));
        if !self.built.success && !self.copy.has_allocator && is_allocator(&self.built) {
            self.copy.has_allocator = true;
            self.built = self.try_it()?;
        }
        Ok((!self.built.success).then(|| blame::failure(&self.built, &self.copy)))
    }

    fn functions(&self, crates: Option<&BTreeSet<PathBuf>>) -> Vec<Key> {
        self.copy.all_functions(crates)
    }
}

impl Tries<'_> {
    fn try_it(&self) -> Result<Built, Error> {
        let (copy, options) = (&self.copy, &self.arguments.options);
        copy.write()?;
        let renewed = copy.fit_lock(options);
        if !renewed.is_empty() && !options.quiet {
            say("Renewed", &format!("{} in the copy, which `trace-memory` needs newer", renewed.join(", ")));
        }
        let manifest = copy.mapped(self.choice.package.manifest_path.as_std_path());
        let manifest = manifest.ok_or_else(|| Error::failed("the package is not in the copy", ""))?;
        let (target, places) = (copy.target(), copy.places());
        let place = Place::Copy { manifest: &manifest, target: &target, places: &places };
        build::build(self.choice, options, &place)
    }

    fn say(&self, why: Why<'_>, lowest: &Lowest) {
        if self.arguments.options.quiet {
            return;
        }
        match why {
            Why::First => {}
            Why::Retry => {
                let of = |rung| lowest.values().filter(|lowered| lowered.rung == rung).count() as u64;
                let frames = number::counted(of(Rung::Frame), "function");
                say(
                    "Retrying",
                    &format!("with the frame only of {frames}, and {} left alone", of(Rung::Left)),
                );
            }
            Why::Search { said, lowered, of } => {
                let said = said.lines().next().unwrap_or_default().escape_debug();
                say("Searching", &format!("with {lowered} of {of} functions lowered, for: {said}"));
            }
        }
    }
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

/// Says what is traced, and what is not.
fn tell(traced: &Traced, is_verbose: bool) {
    let functions = &traced.functions;
    let left: usize = functions.left.values().sum();
    let files = number::counted(traced.files as u64, "file");
    let all = format!("{} of {} functions in {files}", functions.traced, functions.all());
    say("Traced", &all);
    let hint = if is_verbose { "" } else { "; `--verbose` lists them" };
    if functions.frames > 0 {
        let why = "refused by the compiler otherwise";
        say("Frames only", &format!("{} {why}{}", functions.frames, if left > 0 { "" } else { hint }));
    }
    if is_verbose {
        traced.frames.iter().for_each(|line| say("", line));
    }
    if left > 0 {
        let reasons = functions.left.iter().map(|(reason, count)| format!("{count} {reason}"));
        let reasons = reasons.collect::<Vec<_>>().join(", ");
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
