//! The `Cargo.lock` of the copy: the crate may need newer versions of what it shares with the program.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use toml_edit::DocumentMut;

use super::dependency::NAME;

/// What the crate depends on, itself or through its macros, and the versions that stand in for each other.
const SHARED: [(&str, &str); 5] =
    [("libc", "0.2."), ("proc-macro2", "1."), ("quote", "1."), ("syn", "3."), ("unicode-ident", "1.")];

/// Lets Cargo choose anew what is too old for the crate; gives the packages that it was asked for.
///
/// Nothing is done where all fits, and a failure is not told: Cargo tells it again, when it builds.
pub(super) fn fit(
    lock: &Path,
    manifest: &Path,
    arguments: &[OsString],
    cargo: &dyn Fn() -> Command,
) -> Vec<String> {
    let Ok(text) = fs::read_to_string(lock) else { return Vec::new() };
    let Ok(lock) = text.parse::<DocumentMut>() else { return Vec::new() };
    let packages = lock.get("package").and_then(|item| item.as_array_of_tables());
    let packages = packages.into_iter().flat_map(|packages| packages.iter());
    let packages = packages
        .filter_map(|package| Some((package.get("name")?.as_str()?, package.get("version")?.as_str()?)));
    let packages: Vec<(&str, &str)> = packages.collect();
    let run = |verb: &[&str], specs: &[String]| {
        let mut cargo = cargo();
        cargo.args(verb).arg("--manifest-path").arg(manifest).args(arguments).args(specs);
        cargo.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    };
    if packages.iter().any(|(name, _)| *name == NAME) || run(&["metadata", "--format-version", "1"], &[]) {
        return Vec::new();
    }
    let shared = |(name, version): &&(&str, &str)| {
        SHARED.iter().any(|(shared, versions)| name == shared && version.starts_with(versions))
    };
    let specs = packages.iter().filter(shared).map(|(name, version)| format!("{name}@{version}"));
    let specs: Vec<String> = specs.collect();
    if run(&["update"], &specs) { specs } else { Vec::new() }
}
