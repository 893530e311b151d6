//! Where an export goes: a file that is there when it is complete, or a stream.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::error::Error;

/// An open output.
#[derive(Debug)]
pub(super) struct Output {
    to: BufWriter<To>,
}

#[derive(Debug)]
enum To {
    Stdout(io::Stdout),
    /// A pipe or a device: there is nothing to replace.
    Stream(File),
    File(Box<Pending>),
}

/// A file without its name yet. If the export fails, it goes away.
#[derive(Debug)]
struct Pending {
    file: NamedTempFile,
    path: PathBuf,
    force: bool,
}

impl Output {
    /// Opens the output, `-` for stdout.
    pub(super) fn create(path: &Path, trace: &Path, force: bool) -> Result<Self, Error> {
        let to = if path.as_os_str() == "-" {
            To::Stdout(io::stdout())
        } else {
            match fs::metadata(path) {
                Ok(there) if there.is_dir() => {
                    return Err(refused(path, "is a directory; name a file in it"));
                }
                Ok(there) if !there.is_file() => To::Stream(File::options().write(true).open(path)?),
                Ok(_) if !force => {
                    return Err(refused(path, "is there already; add `--force` to replace it"));
                }
                Ok(_) if is_same(path, trace) => {
                    return Err(refused(path, "is the trace itself; choose another name"));
                }
                _ => To::File(Box::new(Pending::create(path, force)?)),
            }
        };
        Ok(Self { to: BufWriter::with_capacity(1 << 16, to) })
    }

    /// Gives a file its name.
    pub(super) fn finish(self) -> Result<(), Error> {
        let mut to = self.to.into_inner().map_err(io::IntoInnerError::into_error)?;
        to.flush()?;
        match to {
            To::File(pending) => pending.finish(),
            To::Stdout(_) | To::Stream(_) => Ok(()),
        }
    }
}

impl Pending {
    fn create(path: &Path, force: bool) -> Result<Self, Error> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        if !folder.is_dir() {
            let folder = folder.display().to_string();
            let why = format!("cannot be written: there is no directory `{}`", folder.escape_debug());
            return Err(refused(path, &why));
        }
        let file = tempfile::Builder::new().prefix(".trace-memory-").tempfile_in(folder);
        let file = file.map_err(|error| refused(path, &format!("cannot be written: {error}")))?;
        Ok(Self { file, path: path.to_owned(), force })
    }

    fn finish(self) -> Result<(), Error> {
        let Self { file, path, force } = self;
        let done = if force { file.persist(&path) } else { file.persist_noclobber(&path) };
        done.map(drop).map_err(|error| refused(&path, &format!("cannot be written: {}", error.error)))
    }
}

impl Write for To {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Stdout(to) => to.write(bytes),
            Self::Stream(to) => to.write(bytes),
            Self::File(to) => to.file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stdout(to) => to.flush(),
            Self::Stream(to) => to.flush(),
            Self::File(to) => to.file.flush(),
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.to.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

pub(super) fn refused(path: &Path, why: &str) -> Error {
    Error::Usage(format!("`{}` {why}", path.display().to_string().escape_debug()))
}

fn is_same(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| fs::canonicalize(path).ok();
    real(one).is_some() && real(one) == real(other)
}
