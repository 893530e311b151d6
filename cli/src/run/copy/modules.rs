//! Which files a crate consists of: those that its modules name, beginning with the file of its root.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use cargo_trace_memory::insert::{Module, Source};

use super::plain;

/// Files that were read, each once.
#[derive(Default)]
pub(super) struct Read {
    files: BTreeMap<PathBuf, Option<(String, Source)>>,
}

/// A file to look into: where it is, which folder its modules are in, and under which conditions it is compiled.
struct Step {
    path: PathBuf,
    modules: PathBuf,
    conditions: Vec<String>,
}

impl Read {
    /// A file that is Rust as the parser knows it.
    pub(super) fn source(&self, path: &Path) -> Option<&Source> {
        self.files.get(path)?.as_ref().map(|(_, source)| source)
    }

    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        self.files.values().flatten().map(|(text, _)| text.as_str())
    }

    /// The files of the crate whose root is `path`, each with the conditions that it is compiled under.
    pub(super) fn reach(&mut self, path: &Path) -> Vec<(PathBuf, Vec<String>)> {
        let first = Step { path: plain(path), modules: folder(path), conditions: Vec::new() };
        let (mut steps, mut seen, mut all) = (vec![first], BTreeSet::new(), Vec::new());
        while let Some(step) = steps.pop() {
            if !seen.insert(step.path.clone()) {
                continue;
            }
            if self.read(&step.path) {
                steps.extend(self.next(&step));
                all.push((step.path, step.conditions));
            }
        }
        all
    }

    /// Reads a file; says whether it is there.
    fn read(&mut self, path: &Path) -> bool {
        if !self.files.contains_key(path) {
            let Ok(text) = fs::read_to_string(path) else { return false };
            let source = Source::parse(&text).ok();
            self.files.insert(path.to_owned(), source.map(|source| (text, source)));
        }
        true
    }

    fn next(&self, step: &Step) -> Vec<Step> {
        let Some(source) = self.source(&step.path) else { return Vec::new() };
        let modules = source.modules().iter().flat_map(|module| files(step, module));
        // What is included has its modules beside itself.
        let included = source.includes().iter().map(|path| {
            let path = plain(&folder(&step.path).join(path));
            Step { modules: folder(&path), path, conditions: step.conditions.clone() }
        });
        let there = modules.chain(included).filter(|next| next.path.is_file());
        there.collect()
    }
}

/// The files that may hold a module.
fn files(step: &Step, module: &Module) -> Vec<Step> {
    let conditions: Vec<String> = step.conditions.iter().chain(&module.conditions).cloned().collect();
    let inside: PathBuf = module.inside.iter().collect();
    let to = |path: PathBuf, modules: PathBuf| Step {
        path: plain(&path),
        modules: plain(&modules),
        conditions: conditions.clone(),
    };
    let around = step.modules.join(&inside);
    let named = [around.join(format!("{}.rs", module.name)), around.join(&module.name).join("mod.rs")];
    let mut all: Vec<Step> = named.into_iter().map(|path| to(path, around.join(&module.name))).collect();
    // Without inline modules around it, such a path starts from the file, not from the folder of its modules.
    let start = if module.inside.is_empty() { folder(&step.path) } else { around };
    all.extend(module.paths.iter().map(|path| start.join(path)).map(|path| {
        let modules = folder(&path);
        to(path, modules)
    }));
    all
}

fn folder(path: &Path) -> PathBuf {
    path.parent().map(plain).unwrap_or_default()
}
