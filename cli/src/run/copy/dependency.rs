//! The crate `trace-memory`, as a dependency of the packages in the copy.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use cargo_metadata::{Dependency, Metadata, Package, PackageId};
use cargo_trace_memory::insert::Crate;
use toml_edit::{InlineTable, Item, Value};

use super::Copy;
use crate::error::Error;

/// The package that programs link.
pub(super) const NAME: &str = "trace-memory";

/// Where the crate comes from.
#[derive(Default)]
pub(super) struct Runtime {
    /// What a dependency says, key by key.
    source: Vec<(&'static str, String)>,
    /// Whether it takes the place of what manifests say.
    pub(super) is_forced: bool,
}

/// The keys of a dependency that say where it comes from.
const SOURCES: [&str; 9] =
    ["path", "version", "git", "branch", "tag", "rev", "registry", "registry-index", "workspace"];

impl Runtime {
    /// What the user says; else where the workspace has it from; else the version of this program.
    pub(super) fn of(metadata: &Metadata, asked: Option<&Path>, copy: &Copy<'_>) -> Result<Self, Error> {
        if let Some(path) = asked {
            let shown = path.display().to_string();
            let there = path.join("Cargo.toml").is_file();
            let path = std::path::absolute(path).ok().filter(|_| there).ok_or_else(|| {
                let what = format!("there is no package in `{}`", shown.escape_debug());
                Error::usage(what, "`--runtime` takes the folder of the crate `trace-memory`")
            })?;
            return Ok(Self { source: vec![("path", path.display().to_string())], is_forced: true });
        }
        let packages = metadata.workspace_packages().into_iter();
        let own =
            packages.flat_map(|package| &package.dependencies).find(|dependency| dependency.name == NAME);
        let source = own.map_or_else(
            || vec![("version", format!("={}", env!("CARGO_PKG_VERSION")))],
            |own| from(own, copy),
        );
        Ok(Self { source, is_forced: false })
    }

    /// A dependency of a package that has none of its own.
    pub(super) fn entry(&self) -> InlineTable {
        self.source.iter().map(|(key, value)| (*key, Value::from(value.as_str()))).collect()
    }

    /// Makes an entry of a manifest come from here.
    pub(super) fn force(&self, entry: &mut Item) {
        if entry.is_str() {
            *entry = Item::Value(InlineTable::new().into());
        }
        let Some(table) = entry.as_table_like_mut() else { return };
        // What the workspace says is changed there.
        if table.contains_key("workspace") {
            return;
        }
        for key in SOURCES {
            table.remove(key);
        }
        for (key, value) in &self.source {
            table.insert(key, toml_edit::value(value.as_str()));
        }
    }
}

fn from(own: &Dependency, copy: &Copy<'_>) -> Vec<(&'static str, String)> {
    if let Some(path) = &own.path {
        let path: PathBuf = path.clone().into();
        let path = copy.mapped(&path).unwrap_or(path);
        return vec![("path", path.display().to_string())];
    }
    let source = own.source.as_ref().map(|source| source.repr.clone()).unwrap_or_default();
    let Some(git) = source.strip_prefix("git+") else {
        return vec![("version", own.req.to_string())];
    };
    let address = git.split('#').next().unwrap_or_default();
    let (address, query) = address.split_once('?').unwrap_or((address, ""));
    let known = ["branch", "tag", "rev"];
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let pairs = pairs
        .filter_map(|(key, value)| Some((*known.iter().find(|known| **known == key)?, value.to_owned())));
    [("git", address.to_owned())].into_iter().chain(pairs).collect()
}

/// What a package calls the crate.
pub(super) fn name_in(package: &Package) -> Crate {
    let own = package.dependencies.iter().find(|dependency| dependency.name == NAME);
    own.and_then(|own| own.rename.as_deref()).map_or_else(Crate::default, Crate::named)
}

/// The packages of the workspace that a package depends on, with itself.
pub(super) fn reached<'a>(metadata: &'a Metadata, package: &'a Package) -> BTreeSet<&'a PackageId> {
    let members = metadata.workspace_packages();
    let (mut open, mut seen) = (vec![package], BTreeSet::new());
    while let Some(package) = open.pop() {
        if seen.insert(&package.id) {
            let paths = package.dependencies.iter().filter_map(|dependency| dependency.path.as_ref());
            open.extend(paths.filter_map(|path| {
                members.iter().copied().find(|member| member.manifest_path.parent() == Some(path))
            }));
        }
    }
    seen
}

/// The tracer itself, where it is part of the workspace: it cannot trace itself.
pub(super) fn packages_of_runtime(metadata: &Metadata) -> BTreeSet<PackageId> {
    let members = metadata.workspace_packages();
    let own = members.iter().find(|package| package.name == NAME);
    own.map(|own| reached(metadata, own).into_iter().cloned().collect()).unwrap_or_default()
}
