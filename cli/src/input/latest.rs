//! The newest trace of a workspace.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use serde::Deserialize;

use super::Kind;
use crate::error::{Error, shown};

const NAME_ONE: &str = "name a trace file, or make one with `cargo trace-memory run`";

#[derive(Deserialize)]
struct Metadata {
    target_directory: PathBuf,
}

/// The folder in which traces of this workspace are looked for.
pub(crate) fn folder() -> Result<PathBuf, Error> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let asked =
        Command::new(cargo).args(["metadata", "--no-deps", "--offline", "--format-version", "1"]).output();
    let asked =
        asked.map_err(|error| Error::Failed(format!("Cargo does not run: {error}"), NAME_ONE.into()))?;
    let metadata = serde_json::from_slice::<Metadata>(&asked.stdout).ok().filter(|_| asked.status.success());
    let metadata =
        metadata.ok_or_else(|| Error::usage("this folder is in no workspace of Cargo's", NAME_ONE))?;
    Ok(metadata.target_directory.join("trace-memory"))
}

/// The file there that was written last, of those that begin as a trace does.
pub(super) fn find() -> Result<PathBuf, Error> {
    let folder = folder()?;
    let newest = std::fs::read_dir(&folder).into_iter().flatten().flatten().filter_map(|entry| {
        let metadata = entry.metadata().ok().filter(std::fs::Metadata::is_file)?;
        let path = entry.path();
        let is_trace = Kind::of(&path).is_ok_and(|kind| kind != Kind::Other);
        is_trace.then_some((metadata.modified().ok()?, path))
    });
    let none = || Error::usage(format!("there is no trace in {}", shown(&folder)), NAME_ONE);
    newest.max().map(|(_, path)| path).ok_or_else(none)
}
