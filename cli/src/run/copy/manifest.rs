//! The manifests of the copy.

use std::fs;
use std::path::Path;

use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, TableLike, Value};

use super::dependency::NAME;
use super::{Copy, plain};
use crate::error::Error;

/// The tables of a manifest that hold dependencies.
const DEPENDENCIES: [&str; 5] =
    ["dependencies", "dev-dependencies", "build-dependencies", "dev_dependencies", "build_dependencies"];

/// Holds on every system: a table that no manifest has, whatever else is in it.
const EVERYWHERE: &str = "cfg(all())";

/// A manifest as the copy needs it: paths lead to the same files, and the crate is a dependency.
pub(super) fn copied(
    path: &Path,
    copy: &Copy<'_>,
    is_root: bool,
    wants_crate: bool,
) -> Result<String, Error> {
    let told = |error: &dyn std::fmt::Display| {
        Error::failed(format!("`{}`: {error}", path.display().to_string().escape_debug()), "")
    };
    let text = fs::read_to_string(path).map_err(|error| told(&error))?;
    let mut manifest: DocumentMut =
        text.parse().map_err(|error: toml_edit::TomlError| told(&error.message()))?;
    let folder = path.parent().unwrap_or(path);
    paths(manifest.as_table_mut(), folder, copy);
    if copy.runtime.is_forced {
        dependencies(manifest.as_table_mut(), &mut |name, entry| {
            if is_crate(name, entry) {
                copy.runtime.force(entry);
            }
        });
    }
    if is_root && !manifest.contains_key("workspace") {
        // Else Cargo would look for the workspace around it, and find the original's.
        manifest.insert("workspace", Item::Table(Table::new()));
    }
    if wants_crate {
        depend(&mut manifest, copy);
    }
    Ok(manifest.to_string())
}

/// Visits each dependency, by its name.
fn dependencies(manifest: &mut dyn TableLike, visit: &mut dyn FnMut(&str, &mut Item)) {
    let mut in_table = |table: &mut dyn TableLike| {
        for name in DEPENDENCIES {
            let entries = table.get_mut(name).and_then(Item::as_table_like_mut);
            for (name, entry) in entries.into_iter().flat_map(|entries| entries.iter_mut()) {
                visit(&name, entry);
            }
        }
    };
    in_table(manifest);
    for name in ["workspace", "target"] {
        let Some(table) = manifest.get_mut(name).and_then(Item::as_table_like_mut) else { continue };
        if name == "workspace" {
            in_table(table);
        } else {
            table.iter_mut().filter_map(|(_, entry)| entry.as_table_like_mut()).for_each(&mut in_table);
        }
    }
}

/// Whether a dependency is the crate, whatever it is called.
fn is_crate(name: &str, entry: &Item) -> bool {
    let package = entry.as_table_like().and_then(|entry| entry.get("package"));
    package.and_then(Item::as_str).unwrap_or(name) == NAME
}

/// Lets paths to what is not copied lead to the original.
fn paths(manifest: &mut dyn TableLike, folder: &Path, copy: &Copy<'_>) {
    let fix = |table: &mut dyn TableLike, key: &str| {
        let Some(path) = table.get(key).and_then(Item::as_str) else { return };
        let path = plain(&folder.join(path));
        let there = copy.mapped(&path);
        // A path that is absolute leads out of the copy, even if it leads into the original.
        let is_absolute =
            table.get(key).and_then(Item::as_str).is_some_and(|path| Path::new(path).is_absolute());
        match there {
            Some(there) if is_absolute => table.insert(key, toml_edit::value(there.display().to_string())),
            Some(_) => None,
            None => table.insert(key, toml_edit::value(path.display().to_string())),
        };
    };
    dependencies(manifest, &mut |_, entry| {
        if let Some(entry) = entry.as_table_like_mut() {
            fix(entry, "path");
        }
    });
    for (name, key) in [("package", "workspace"), ("package", "build"), ("lib", "path")] {
        manifest
            .get_mut(name)
            .and_then(Item::as_table_like_mut)
            .into_iter()
            .for_each(|table| fix(table, key));
    }
    for name in ["bin", "example", "test", "bench"] {
        let tables = manifest.get_mut(name).and_then(Item::as_array_of_tables_mut);
        tables.into_iter().flat_map(|tables| tables.iter_mut()).for_each(|table| fix(table, "path"));
    }
    let replaced = manifest.get_mut("replace").and_then(Item::as_table_like_mut);
    let mut entries = |table: &mut dyn TableLike| {
        table
            .iter_mut()
            .filter_map(|(_, entry)| entry.as_table_like_mut())
            .for_each(|entry| fix(entry, "path"));
    };
    replaced.into_iter().for_each(&mut entries);
    let patches = manifest.get_mut("patch").and_then(Item::as_table_like_mut);
    for (_, patch) in patches.into_iter().flat_map(|patches| patches.iter_mut()) {
        patch.as_table_like_mut().into_iter().for_each(&mut entries);
    }
}

/// Adds the crate to the dependencies: as the package has it, if it does, but for all its targets, and with the trace.
fn depend(manifest: &mut DocumentMut, copy: &Copy<'_>) {
    let mut own: Option<(String, Item)> = None;
    dependencies(manifest.as_table_mut(), &mut |name, entry| {
        if own.is_none() && is_crate(name, entry) {
            own = Some((name.to_owned(), entry.clone()));
        }
    });
    let (name, entry) = own.unwrap_or_else(|| (NAME.to_owned(), Item::Value(copy.runtime.entry().into())));
    let mut table = InlineTable::new();
    if let Some(version) = entry.as_str() {
        table.insert("version", version.into());
    }
    let entries = entry.as_table_like().into_iter().flat_map(|entry| entry.iter());
    table.extend(entries.filter_map(|(key, value)| Some((key.to_owned(), value.as_value()?.clone()))));
    table.remove("optional");
    let mut features = table.get("features").and_then(Value::as_array).cloned().unwrap_or_else(Array::new);
    features.push("trace");
    table.insert("features", features.into());
    let target = manifest.entry("target").or_insert_with(|| implicit().into());
    let everywhere = target
        .as_table_like_mut()
        .map(|target| target.entry(EVERYWHERE).or_insert_with(|| implicit().into()));
    let all = everywhere.and_then(Item::as_table_like_mut);
    let all = all.map(|all| all.entry("dependencies").or_insert_with(|| Table::new().into()));
    if let Some(all) = all.and_then(Item::as_table_like_mut) {
        all.insert(&name, Item::Value(table.into()));
    }
}

fn implicit() -> Table {
    let mut table = Table::new();
    table.set_implicit(true);
    table
}
