//! The roots of crates: what is traced of them, and which of them gets an allocator.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use cargo_metadata::{Metadata, Package, PackageId, Target, TargetKind};
use cargo_trace_memory::insert::{Crate, Source};

use super::modules::Read;
use super::{dependency, plain};
use crate::run::selection::{Choice, Kind};

/// A crate of the workspace.
pub(super) struct Root {
    pub(super) package: PackageId,
    /// What the package calls the runtime.
    pub(super) krate: Crate,
    pub(super) path: PathBuf,
    target: Target,
    /// Build scripts and procedural macros run in the compiler, and have no part in the program.
    pub(super) is_traced: bool,
    /// Its files, with the conditions that they are compiled under.
    pub(super) files: Vec<(PathBuf, Vec<String>)>,
}

impl Root {
    pub(super) fn new(package: &Package, target: &Target, krate: Crate) -> Self {
        let apart = [TargetKind::CustomBuild, TargetKind::ProcMacro];
        Self {
            package: package.id.clone(),
            krate,
            path: plain(target.src_path.as_std_path()),
            target: target.clone(),
            is_traced: !target.kind.iter().any(|kind| apart.contains(kind)),
            files: Vec::new(),
        }
    }

    pub(super) fn has(&self, file: &Path) -> bool {
        self.files.iter().any(|(path, _)| path == file)
    }

    /// Whether it is part of the program: its own crate, or a library that may be linked.
    pub(super) fn is_of(&self, choice: Choice<'_>, packages: &BTreeSet<&PackageId>) -> bool {
        let is_program = self.package == choice.package.id && self.target == *choice.target;
        is_program || (packages.contains(&self.package) && self.is_library() && self.is_traced)
    }

    fn is_library(&self) -> bool {
        Kind::Lib.is(&self.target)
    }

    /// The conditions under which it has a global allocator: some of them, each a list of what has to hold.
    fn allocators<'a>(&'a self, read: &'a Read) -> impl Iterator<Item = Vec<String>> + 'a {
        self.files.iter().flat_map(|(path, around)| {
            let all = read.source(path).into_iter().flat_map(Source::allocators);
            all.map(|allocator| around.iter().chain(&allocator.conditions).cloned().collect())
        })
    }
}

/// The condition under which the file gets the allocator of a program, if it is the root of one.
pub(super) fn allocator(file: &Path, roots: &[Root], read: &Read, metadata: &Metadata) -> Option<String> {
    let root = roots.iter().find(|root| root.path == file && root.is_traced)?;
    let package = metadata.packages.iter().find(|package| package.id == root.package)?;
    let packages = dependency::reached(metadata, package);
    let linked = roots.iter().filter(|other| other.is_library() && packages.contains(&other.package));
    let there: BTreeSet<Vec<String>> = linked.chain([root]).flat_map(|root| root.allocators(read)).collect();
    if there.iter().any(Vec::is_empty) {
        return None;
    }
    // A library is a program when its unit tests are built.
    let own = root.is_library().then(|| "test".to_owned());
    let others = there.iter().map(|all| format!("not(all({}))", all.join(", ")));
    let conditions: Vec<String> = own.into_iter().chain(others).collect();
    Some(format!("all({})", conditions.join(", ")))
}
