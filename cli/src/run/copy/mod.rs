//! A copy of the workspace's own packages, with the attribute on every function.

mod dependency;
mod files;
mod lock;
mod manifest;
mod modules;
mod roots;

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use cargo_metadata::{Metadata, Package};
use cargo_trace_memory::insert::{Function, Functions, How, IN_MACRO, Mark, UNREADABLE};

use self::dependency::Runtime;
use self::files::{Files, Plan};
use self::modules::Read;
use self::roots::Root;
use super::build::cargo;
use super::ladder::{Lowered, Lowest, Rung};
use super::selection::{Choice, Options};
use crate::error::Error;

/// Why a file is left alone that a build script is made of, too: build scripts have dependencies of their own.
const BUILD_SCRIPT: &str = "shared with a build script or a procedural macro";
/// Why a function is left alone that the compiler accepts as it is, and not with the attribute.
const REFUSED: &str = "refused by the compiler with the attribute";

/// Where a function is: its file in the original, and which one it is there.
pub(super) type Key = (PathBuf, usize);

/// The copy, and what it is made from.
pub(super) struct Copy<'a> {
    metadata: &'a Metadata,
    /// The folder with everything of the copy.
    folder: PathBuf,
    /// The folder that has all the packages in it, whose copy is `folder/source`.
    base: PathBuf,
    /// What is copied: folders of the original.
    folders: Vec<PathBuf>,
    /// What is not, in them.
    skipped: Vec<PathBuf>,
    runtime: Runtime,
    read: Read,
    roots: Vec<Root>,
    /// Functions that are not traced whole, since the compiler refuses them.
    pub(super) lowest: Lowest,
    /// No allocator is installed, since there is one that cannot be seen.
    pub(super) has_allocator: bool,
}

/// What the copy is, of the program that was chosen.
#[derive(Default)]
pub(super) struct Traced {
    pub(super) functions: Functions,
    pub(super) files: usize,
    /// Places and reasons of those of which only the frame is traced.
    pub(super) frames: Vec<String>,
    /// Places and reasons of what is left alone.
    pub(super) left: Vec<String>,
    /// A global allocator of the program's own that cannot be wrapped.
    pub(super) own_allocator: Option<String>,
}

impl<'a> Copy<'a> {
    /// Reads the sources.
    pub(super) fn of(metadata: &'a Metadata, folder: &Path, runtime: Option<&Path>) -> Result<Self, Error> {
        let root = metadata.workspace_root.clone().into_std_path_buf();
        let folders = folders(metadata, &root);
        let base = folders.iter().fold(root, |base, folder| common(&base, folder));
        let skipped = vec![folder.to_owned(), metadata.target_directory.clone().into()];
        let mut copy = Self {
            metadata,
            folder: folder.to_owned(),
            base,
            folders,
            skipped,
            runtime: Runtime::default(),
            read: Read::default(),
            roots: Vec::new(),
            lowest: Lowest::new(),
            has_allocator: false,
        };
        copy.runtime = Runtime::of(metadata, runtime, &copy)?;
        let ours = dependency::packages_of_runtime(metadata);
        for package in metadata.workspace_packages() {
            if !ours.contains(&package.id) {
                let krate = dependency::name_in(package);
                copy.roots
                    .extend(package.targets.iter().map(|target| Root::new(package, target, krate.clone())));
            }
        }
        for root in &mut copy.roots {
            root.files = copy.read.reach(&root.path);
        }
        Ok(copy)
    }

    /// Where a file or folder of the original is in the copy.
    pub(super) fn mapped(&self, path: &Path) -> Option<PathBuf> {
        self.has(path).then(|| self.source().join(path.strip_prefix(&self.base).unwrap_or(path)))
    }

    /// Whether something of the original is copied.
    fn has(&self, path: &Path) -> bool {
        self.folders.iter().any(|folder| path.starts_with(folder))
            && !self.skipped.iter().any(|folder| path.starts_with(folder))
    }

    pub(super) fn source(&self) -> PathBuf {
        self.folder.join("source")
    }

    pub(super) fn target(&self) -> PathBuf {
        self.folder.join("target")
    }

    /// What the compiler is told about the copy's sources.
    pub(super) fn places(&self) -> std::ffi::OsString {
        super::wrapper::places(&self.source(), &self.base)
    }

    /// The file of the original that the compiler speaks of.
    pub(super) fn original(&self, said: &str) -> PathBuf {
        let path = Path::new(said);
        let path =
            path.strip_prefix(self.source()).map_or_else(|_| path.to_owned(), |path| self.base.join(path));
        plain(&self.metadata.workspace_root.as_std_path().join(path))
    }

    /// The functions of crates, or of all, that can have the attribute. An `async fn` comes first: errors without a place
    /// are about the depth of futures, as a rule.
    pub(super) fn all_functions(&self, crates: Option<&BTreeSet<PathBuf>>) -> Vec<Key> {
        let is_asked = |root: &&Root| crates.is_none_or(|crates| crates.contains(&root.path));
        let files: BTreeSet<&PathBuf> = self
            .roots
            .iter()
            .filter(is_asked)
            .flat_map(|root| root.files.iter().map(|(path, _)| path))
            .collect();
        let mut all = Vec::new();
        for path in files {
            let of_file = self.functions(path);
            all.extend(of_file.map(|(number, function)| (!function.is_async, (path.clone(), number))));
        }
        all.sort();
        all.into_iter().map(|(_, key)| key).collect()
    }

    /// Where the attributes stand in a file of the copy.
    pub(super) fn marks(&self, file: &Path) -> Vec<Mark> {
        self.traced(file).map(|(_, marks, _)| marks).unwrap_or_default()
    }

    /// The functions of a file that can have the attribute, with their numbers.
    pub(super) fn functions(&self, file: &Path) -> impl Iterator<Item = (usize, &Function)> {
        let source = self.read.source(file).filter(|_| self.is_traced(file));
        source
            .into_iter()
            .flat_map(|source| source.functions().iter().enumerate().filter(|(_, f)| f.left.is_none()))
    }

    fn is_traced(&self, file: &Path) -> bool {
        let mut of = self.roots.iter().filter(|root| root.has(file)).peekable();
        of.peek().is_some() && of.all(|root| root.is_traced)
    }

    /// Makes the copy what it is to be now.
    pub(super) fn write(&self) -> Result<(), Error> {
        let mut files = Files::open(&self.folder, &self.source())?;
        for folder in &self.folders {
            files.walk(folder, self)?;
        }
        files.finish(self)
    }

    /// Lets Cargo choose newer versions, where the crate needs them; gives those that were too old.
    pub(super) fn fit_lock(&self, options: &Options) -> Vec<String> {
        let root = self.metadata.workspace_root.as_std_path();
        let of_root = |name: &str| self.mapped(&root.join(name)).unwrap_or_default();
        lock::fit(&of_root("Cargo.lock"), &of_root("Cargo.toml"), &options.copy_arguments(), &cargo)
    }

    fn manifest(&self, path: &Path) -> Result<Option<String>, Error> {
        let is_root = path.parent() == Some(self.metadata.workspace_root.as_std_path());
        let package =
            self.metadata.workspace_packages().into_iter().find(|package| package.manifest_path == path);
        if !is_root && package.is_none() {
            return Ok(None);
        }
        let has_roots =
            |package: &&Package| self.roots.iter().any(|root| root.package == package.id && root.is_traced);
        let wants = package.as_ref().is_some_and(has_roots);
        manifest::copied(path, self, is_root, wants).map(Some)
    }

    /// A source file with the attribute.
    fn traced(&self, path: &Path) -> Option<(String, Vec<Mark>, Functions)> {
        let source = self.read.source(path).filter(|_| self.is_traced(path))?;
        let root = self.roots.iter().find(|root| root.has(path))?;
        let mut edit = source.edit(&root.krate);
        let functions = edit.trace(&|number, _| match self
            .lowest
            .get(&(path.to_owned(), number))
            .map(|lowered| lowered.rung)
        {
            None => How::Whole,
            Some(Rung::Frame) => How::Frame,
            Some(Rung::Left) => How::Left(REFUSED.to_owned()),
        });
        if self.used_by_name(path).is_none() {
            edit.wrap_allocators();
        }
        let condition = roots::allocator(path, &self.roots, &self.read, self.metadata);
        if let Some(condition) = condition.filter(|_| !self.has_allocator) {
            edit.install_allocator(&condition);
        }
        let (text, marks) = edit.finish_with_marks();
        Some((text, marks, functions))
    }

    /// The name of a global allocator in this file that the program also uses as a value, so that its type has to stay.
    fn used_by_name(&self, path: &Path) -> Option<String> {
        let source = self.read.source(path)?;
        let names = source.allocators().iter().map(|allocator| &allocator.name);
        let texts: Vec<&str> = self.read.texts().collect();
        let is_used = |name: &&String| {
            let (call, reference) = (format!("{name}."), format!("&{name}"));
            texts.iter().any(|text| text.contains(&call) || text.contains(&reference))
        };
        names.into_iter().find(is_used).cloned()
    }

    /// What there is to say about the program that was chosen.
    pub(super) fn traced_of(&self, choice: Choice<'_>) -> Traced {
        let mut all = Traced::default();
        let packages = dependency::reached(self.metadata, choice.package);
        let roots = self.roots.iter().filter(|root| root.is_of(choice, &packages));
        let files: BTreeSet<&PathBuf> =
            roots.flat_map(|root| root.files.iter().map(|(path, _)| path)).collect();
        for path in files {
            all.add(self, path);
        }
        all
    }

    fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.metadata.workspace_root)
            .unwrap_or(path)
            .display()
            .to_string()
            .escape_debug()
            .to_string()
    }
}

impl Plan for Copy<'_> {
    fn place(&self, path: &Path) -> Option<PathBuf> {
        self.mapped(path)
    }

    fn text(&self, path: &Path) -> Result<Option<String>, Error> {
        if path.file_name().is_some_and(|name| name == "Cargo.toml") {
            return self.manifest(path);
        }
        Ok(self.traced(path).map(|(text, ..)| text))
    }
}

impl Traced {
    fn add(&mut self, copy: &Copy<'_>, path: &Path) {
        let shown = copy.shown(path);
        let Some(source) = copy.read.source(path) else {
            self.functions.leave(UNREADABLE, 1);
            self.left.push(format!("{shown}: {UNREADABLE}"));
            return;
        };
        self.own_allocator = self.own_allocator.take().or_else(|| copy.used_by_name(path));
        let Some((.., functions)) = copy.traced(path) else {
            self.functions.leave(BUILD_SCRIPT, source.functions().len());
            let places = source.functions().iter().map(|function| place(&shown, function, BUILD_SCRIPT));
            self.left.extend(places);
            return;
        };
        self.files += 1;
        let in_macros = functions.left.get(IN_MACRO).copied().unwrap_or_default();
        self.functions += functions;
        for (number, function) in source.functions().iter().enumerate() {
            if let Some(reason) = function.left {
                self.left.push(place(&shown, function, reason));
            } else if let Some(Lowered { rung, said }) = copy.lowest.get(&(path.to_owned(), number)) {
                match rung {
                    Rung::Frame => self.frames.push(place(&shown, function, said)),
                    Rung::Left => self.left.push(place(&shown, function, &format!("{REFUSED}: {said}"))),
                }
            }
        }
        if in_macros > 0 {
            self.left.push(format!("{shown}: {in_macros} {IN_MACRO}"));
        }
    }
}

fn place(file: &str, function: &Function, reason: &str) -> String {
    format!("{file}:{}: `{}`: {reason}", function.lines.start(), function.name)
}

/// The folders of the packages, without those that lie in others.
fn folders(metadata: &Metadata, root: &Path) -> Vec<PathBuf> {
    let packages = metadata.workspace_packages().into_iter();
    let packages =
        packages.filter_map(|package| Some(package.manifest_path.parent()?.as_std_path().to_owned()));
    let all: BTreeSet<PathBuf> = packages.chain([root.to_owned()]).collect();
    // In this order a folder comes before what is in it.
    let mut outer: Vec<PathBuf> = Vec::new();
    for folder in all {
        if !outer.iter().any(|other| folder.starts_with(other)) {
            outer.push(folder);
        }
    }
    outer
}

/// The folder that two paths have in common.
fn common(one: &Path, other: &Path) -> PathBuf {
    let both = one.components().zip(other.components()).take_while(|(a, b)| a == b);
    both.map(|(component, _)| component).collect()
}

/// A path without `.` and `..`, as it is written.
fn plain(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => _ = out.pop(),
            other => out.push(other),
        }
    }
    out
}
