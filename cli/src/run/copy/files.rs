//! Files of the copy: only what changed is written, so that Cargo builds only what changed.

use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use super::plain;
use crate::error::Error;

/// Folders of version control systems.
const HISTORIES: [&str; 8] = [".git", ".hg", ".svn", ".jj", ".pijul", ".bzr", "_darcs", "CVS"];
/// Marks folders that can be made again, as Cargo's target folders: <https://bford.info/cachedir/>.
const CACHE: &str = "CACHEDIR.TAG";

/// How a file of the original looked when it was copied.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Seen {
    bytes: u64,
    changed_ns: u128,
}

/// What becomes of the original's files.
pub(super) trait Plan {
    /// Where a file or folder is in the copy, if it is copied.
    fn place(&self, path: &Path) -> Option<PathBuf>;

    /// What a file holds in the copy, if it is not what it holds in the original.
    fn text(&self, path: &Path) -> Result<Option<String>, Error>;
}

/// The copy's files, while they are brought up to date.
pub(super) struct Files {
    state: PathBuf,
    source: PathBuf,
    before: BTreeMap<PathBuf, Seen>,
    now: BTreeMap<PathBuf, Seen>,
}

/// What is in the way, and where.
fn told(path: &Path, error: &io::Error) -> Error {
    let path = path.display().to_string();
    Error::failed(format!("the copy fails at `{}`: {error}", path.escape_debug()), "")
}

impl Files {
    pub(super) fn open(folder: &Path, source: &Path) -> Result<Self, Error> {
        fs::create_dir_all(source).map_err(|error| told(source, &error))?;
        let state = folder.join("files.json");
        // Without it, or with one that makes no sense, everything is copied again.
        let before =
            fs::read(&state).ok().and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default();
        Ok(Self { state, source: source.to_owned(), before, now: BTreeMap::new() })
    }

    /// Copies what is below a folder.
    pub(super) fn walk(&mut self, folder: &Path, plan: &dyn Plan) -> Result<(), Error> {
        let mut open = vec![folder.to_owned()];
        while let Some(folder) = open.pop() {
            let entries = fs::read_dir(&folder).map_err(|error| told(&folder, &error))?;
            for entry in entries {
                let entry = entry.map_err(|error| told(&folder, &error))?;
                let path = entry.path();
                let Some(target) = plan.place(&path) else { continue };
                let kind = entry.file_type().map_err(|error| told(&path, &error))?;
                // Of a link, what it leads to. One that leads nowhere is of no use to a build.
                let Ok(metadata) = fs::metadata(&path) else { continue };
                if kind.is_symlink() && metadata.is_dir() {
                    link(&path, &target, plan)?;
                } else if metadata.is_file() {
                    self.file(&path, &metadata, &target, plan)?;
                } else if kind.is_dir() && is_source(&path) {
                    open.push(path);
                }
            }
        }
        Ok(())
    }

    fn file(
        &mut self,
        path: &Path,
        metadata: &Metadata,
        target: &Path,
        plan: &dyn Plan,
    ) -> Result<(), Error> {
        let seen = self.remember(path, metadata);
        if let Some(text) = plan.text(path)? {
            return write(target, &text);
        }
        // Of a `Cargo.lock`, Cargo changes the copy as it needs it.
        if self.before.get(path) == Some(&seen) && target.exists() {
            return Ok(());
        }
        let copied =
            folder_of(target).and_then(|()| fs::read(path)).and_then(|bytes| fs::write(target, bytes));
        let allowed = copied.and_then(|()| fs::set_permissions(target, writable(metadata)));
        allowed.map_err(|error| told(path, &error))
    }

    fn remember(&mut self, path: &Path, metadata: &Metadata) -> Seen {
        let changed = metadata.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
        let seen = Seen { bytes: metadata.len(), changed_ns: changed.unwrap_or_default().as_nanos() };
        self.now.insert(path.to_owned(), seen);
        seen
    }

    /// Removes what is no longer in the original. What builds or tests have made in the copy stays.
    pub(super) fn finish(self, plan: &dyn Plan) -> Result<(), Error> {
        for path in self.before.keys().filter(|path| !self.now.contains_key(*path)) {
            if let Some(target) = plan.place(path).filter(|target| plain(target).starts_with(&self.source)) {
                let _ = fs::remove_file(target);
            }
        }
        // A path that is not UTF-8 has no place in JSON: its file is copied each time.
        let known: BTreeMap<&PathBuf, &Seen> =
            self.now.iter().filter(|(path, _)| path.to_str().is_some()).collect();
        let text = serde_json::to_string(&known).unwrap_or_default();
        fs::write(&self.state, text).map_err(|error| told(&self.state, &error))
    }
}

/// A link to a folder: the same one in the copy, if it is there.
#[cfg(unix)]
fn link(path: &Path, target: &Path, plan: &dyn Plan) -> Result<(), Error> {
    let leads = fs::canonicalize(path).map_err(|error| told(path, &error))?;
    let leads = plan.place(&leads).unwrap_or(leads);
    if fs::read_link(target).is_ok_and(|before| before == leads) {
        return Ok(());
    }
    let _ = fs::remove_file(target);
    let linked = folder_of(target).and_then(|()| std::os::unix::fs::symlink(&leads, target));
    linked.map_err(|error| told(path, &error))
}

#[cfg(not(unix))]
fn link(path: &Path, _: &Path, _: &dyn Plan) -> Result<(), Error> {
    Err(told(path, &io::Error::other("a link to a folder is not copied on this system")))
}

/// Whether a folder is part of the source.
fn is_source(folder: &Path) -> bool {
    let is_history = folder.file_name().is_some_and(|name| HISTORIES.iter().any(|history| name == *history));
    !is_history && !folder.join(CACHE).is_file()
}

fn folder_of(file: &Path) -> io::Result<()> {
    file.parent().map_or(Ok(()), fs::create_dir_all)
}

/// The copy is brought up to date later on, also where the original cannot be written.
fn writable(metadata: &Metadata) -> fs::Permissions {
    let mut permissions = metadata.permissions();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        permissions.set_mode(permissions.mode() | 0o200);
    }
    #[cfg(not(unix))]
    permissions.set_readonly(false);
    permissions
}

/// Writes a text, if it is not there already.
fn write(path: &Path, text: &str) -> Result<(), Error> {
    if fs::read(path).is_ok_and(|before| before == text.as_bytes()) {
        return Ok(());
    }
    folder_of(path).and_then(|()| fs::write(path, text)).map_err(|error| told(path, &error))
}
