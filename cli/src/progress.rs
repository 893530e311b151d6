//! How far a long reading is, on a terminal.

use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// Nothing is shown before that: most readings are shorter.
const PATIENCE: Duration = Duration::from_millis(500);
/// Events between two looks at the clock.
const STRIDE: u32 = 1 << 13;

/// A bar on stderr, if that is a terminal, and the reading takes its time.
pub(crate) struct Progress {
    what: String,
    bytes: u64,
    since: Instant,
    count: u32,
    events: u64,
    bar: Option<ProgressBar>,
    silent: bool,
}

impl Progress {
    pub(crate) fn new(what: &str, bytes: u64) -> Self {
        let never = std::env::var_os("CARGO_TERM_PROGRESS_WHEN").is_some_and(|when| when == "never");
        let quiet = std::env::var_os("CARGO_TERM_QUIET").is_some_and(|quiet| quiet == "true");
        let silent = never || quiet || !io::stderr().is_terminal();
        Self { what: what.to_owned(), bytes, since: Instant::now(), count: 0, events: 0, bar: None, silent }
    }

    /// One more event; `read` are the bytes so far, if they are known.
    pub(crate) fn event(&mut self, read: Option<u64>) {
        self.count += 1;
        if self.count >= STRIDE {
            self.look(read);
        }
    }

    #[cold]
    fn look(&mut self, read: Option<u64>) {
        self.events += u64::from(std::mem::take(&mut self.count));
        if self.silent || self.since.elapsed() < PATIENCE {
            return;
        }
        let bar = self.bar.get_or_insert_with(|| bar(&self.what, self.bytes, read.is_some()));
        bar.set_position(read.unwrap_or(self.events));
    }
}

fn bar(what: &str, bytes: u64, is_known: bool) -> ProgressBar {
    let (length, template) = if is_known {
        (Some(bytes), "{msg} {bar:24} {percent}% {binary_bytes_per_sec}")
    } else {
        (None, "{msg} {spinner} {human_pos} records, {per_sec}")
    };
    let bar = ProgressBar::with_draw_target(length, indicatif::ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.with_message(what.to_owned())
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
