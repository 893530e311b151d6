//! The `Debug` text of a value, as far as it is kept.

use std::fmt::{self, Debug, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::thread::value;
use super::word::TEXT;
use super::{Phase, phase};

/// Stands for the part of a text that was cut off.
const MARK: &str = "…";

/// The text of a value, without an allocation of ours.
pub(super) struct Text {
    bytes: [u8; TEXT],
    len: usize,
}

impl Text {
    /// Runs the value's `Debug`, which is the program's code: it may panic, allocate, or never end.
    /// `None` if it panicked.
    #[cold]
    pub(super) fn of(shown: &dyn Debug) -> Option<Self> {
        if phase() != Phase::Recording {
            return None;
        }
        value(|| {
            let mut text = Self { bytes: [0; TEXT], len: 0 };
            let written = catch_unwind(AssertUnwindSafe(|| {
                // An error means that the text was cut, or that `Debug` gave up: what is there is shown.
                let _ = write!(text, "{shown:?}");
            }));
            written.ok().map(|()| text)
        })
        .flatten()
    }

    pub(super) fn as_str(&self) -> &str {
        std::str::from_utf8(self.bytes.get(..self.len).unwrap_or(&[])).unwrap_or_default()
    }
}

impl Write for Text {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = TEXT.saturating_sub(MARK.len() + self.len);
        let fits = (0..=room.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
        let fits = fits.unwrap_or(0);
        let all = fits == text.len();
        for part in [&text[..fits], if all { "" } else { MARK }] {
            self.bytes[self.len..self.len + part.len()].copy_from_slice(part.as_bytes());
            self.len += part.len();
        }
        if all { Ok(()) } else { Err(fmt::Error) }
    }
}
