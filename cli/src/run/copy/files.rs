//! Files of the copy: only what changed is written, so that Cargo builds only what changed.

use std::collections::BTreeMap;
use std::fs::{self, FileType, Metadata};
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

    /// Copies what is below a folder: to where `to` says, and with the text that `text` says, if it does.
    pub(super) fn walk(
        &mut self,
        folder: &Path,
        to: &dyn Fn(&Path) -> Option<PathBuf>,
        text: &dyn Fn(&Path) -> Result<Option<String>, Error>,
    ) -> Result<(), Error> {
        let mut open = vec![folder.to_owned()];
        while let Some(folder) = open.pop() {
            let entries = fs::read_dir(&folder).map_err(|error| told(&folder, &error))?;
            for entry in entries {
                let entry = entry.map_err(|error| told(&folder, &error))?;
                let path = entry.path();
                let Some(target) = to(&path) else { continue };
                let kind = entry.file_type().map_err(|error| told(&path, &error))?;
                if kind.is_dir() {
                    if is_source(&path) {
                        open.push(path);
                    }
                } else {
                    self.entry(&path, kind, &target, to, text)?;
                }
            }
        }
        Ok(())
    }

    fn entry(
        &mut self,
        path: &Path,
        kind: FileType,
        target: &Path,
        to: &dyn Fn(&Path) -> Option<PathBuf>,
        text: &dyn Fn(&Path) -> Result<Option<String>, Error>,
    ) -> Result<(), Error> {
        // Of a link, what it leads to. One that leads nowhere is of no use to a build.
        let Ok(metadata) = fs::metadata(path) else { return Ok(()) };
        if metadata.is_dir() && kind.is_symlink() {
            return self.link(path, target, to);
        }
        if !metadata.is_file() {
            return Ok(());
        }
        if let Some(text) = text(path)? {
            self.remember(path, &metadata);
            return write(target, &text);
        }
        let seen = self.remember(path, &metadata);
        // Cargo changes the copy's own as it needs it.
        if self.before.get(path) == Some(&seen) && target.exists() {
            return Ok(());
        }
        let copied =
            folder_of(target).and_then(|()| fs::read(path)).and_then(|bytes| fs::write(target, bytes));
        let allowed = copied.and_then(|()| fs::set_permissions(target, writable(&metadata)));
        allowed.map_err(|error| told(path, &error))
    }

    fn remember(&mut self, path: &Path, metadata: &Metadata) -> Seen {
        let changed = metadata.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
        let seen = Seen { bytes: metadata.len(), changed_ns: changed.unwrap_or_default().as_nanos() };
        self.now.insert(path.to_owned(), seen);
        seen
    }

    /// A link to a folder: the same one in the copy, if it is there.
    #[cfg(unix)]
    fn link(
        &mut self,
        path: &Path,
        target: &Path,
        to: &dyn Fn(&Path) -> Option<PathBuf>,
    ) -> Result<(), Error> {
        let leads = fs::canonicalize(path).map_err(|error| told(path, &error))?;
        let leads = to(&leads).unwrap_or(leads);
        if fs::read_link(target).is_ok_and(|before| before == leads) {
            return Ok(());
        }
        let _ = fs::remove_file(target);
        let linked = folder_of(target).and_then(|()| std::os::unix::fs::symlink(&leads, target));
        linked.map_err(|error| told(path, &error))
    }

    #[cfg(not(unix))]
    fn link(&mut self, path: &Path, _: &Path, _: &dyn Fn(&Path) -> Option<PathBuf>) -> Result<(), Error> {
        Err(Error::failed(
            format!("`{}` is a link to a folder, which is not copied on this system", path.display()),
            "",
        ))
    }

    /// Removes what is no longer in the original. What builds or tests have made in the copy stays.
    pub(super) fn finish(self, to: &dyn Fn(&Path) -> Option<PathBuf>) -> Result<(), Error> {
        for path in self.before.keys().filter(|path| !self.now.contains_key(*path)) {
            if let Some(target) = to(path).filter(|target| plain(target).starts_with(&self.source)) {
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
