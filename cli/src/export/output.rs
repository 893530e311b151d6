//! Where an export goes: a file that is there when it is complete, or a stream.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::error::{Error, shown};

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
                    return Err(refused(path, "is a directory", "name a file in it"));
                }
                Ok(there) if !there.is_file() => {
                    let stream = File::options().write(true).open(path);
                    To::Stream(stream.map_err(|error| Error::Write(path.to_owned(), error))?)
                }
                Ok(_) if is_same(path, trace) => {
                    return Err(refused(path, "is the trace itself", "write the export into another file"));
                }
                Ok(_) if !force => return Err(Error::Exists(path.to_owned())),
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
        let file = unnamed(folder).map_err(|error| Error::Write(path.to_owned(), error))?;
        Ok(Self { file, path: path.to_owned(), force })
    }

    fn finish(self) -> Result<(), Error> {
        let Self { file, path, force } = self;
        name(file, &path, force)
    }
}

/// A file in this folder that is not there yet.
pub(super) fn unnamed(folder: &Path) -> io::Result<NamedTempFile> {
    // The system's own words, if the folder is not there.
    fs::metadata(folder)?;
    tempfile::Builder::new().prefix(".trace-memory-").tempfile_in(folder)
}

/// Gives a file its name, now that it is complete.
pub(super) fn name(file: NamedTempFile, path: &Path, force: bool) -> Result<(), Error> {
    let done = if force { file.persist(path) } else { file.persist_noclobber(path) };
    done.map(drop).map_err(|error| match error.error.kind() {
        io::ErrorKind::AlreadyExists => Error::Exists(path.to_owned()),
        _ => Error::Write(path.to_owned(), error.error),
    })
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

pub(super) fn refused(path: &Path, why: &str, help: &str) -> Error {
    Error::usage(format!("{} {why}", shown(path)), help)
}

fn is_same(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| fs::canonicalize(path).ok();
    real(one).is_some() && real(one) == real(other)
}
