//! A file that the tracer has opened, as long as it is.
//!
//! A program may close descriptors that it has not opened: daemons close all there are. The number is then that of the
//! next file the program opens, which the tracer must not write to.

use std::fs::File;
use std::io::{self, Write};

use super::sys;

/// See the module.
#[derive(Debug)]
pub(crate) struct Owned {
    file: Option<File>,
    /// What tells the file from others, where the system says it.
    identity: Option<(u64, u64)>,
}

impl Owned {
    pub(crate) fn new(file: File) -> Self {
        let identity = sys::identity(&file);
        Self { file: Some(file), identity }
    }

    /// The file, if the descriptor is still the one of it. Does not allocate.
    pub(crate) fn get(&self) -> io::Result<&File> {
        match &self.file {
            Some(file) if sys::identity(file) == self.identity => Ok(file),
            _ => Err(sys::closed()),
        }
    }
}

impl Write for Owned {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.get()?.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.get()?.flush()
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        if self.get().is_err() {
            // To close it is not ours any more.
            self.file.take().into_iter().for_each(std::mem::forget);
        }
    }
}
