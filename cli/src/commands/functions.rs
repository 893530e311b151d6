//! Which one function a text of the command line means.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::error::Error;
use crate::pattern::Pattern;
use crate::table::line;
use trace_memory::event::Enter;
use trace_memory::print::escape;

/// Names of functions that are listed where a text may mean several.
const LISTED: usize = 12;

/// A function: path, file and line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Id {
    pub(super) path: Arc<str>,
    pub(super) file: Arc<str>,
    pub(super) line: u32,
}

impl Id {
    pub(super) fn of(enter: &Enter) -> Self {
        Self { path: enter.function.clone(), file: enter.file.clone(), line: enter.line }
    }

    /// `path (file:line)`.
    pub(super) fn shown(&self) -> String {
        format!("{} ({})", escape(&self.path), line(&self.file, self.line))
    }
}

/// The function that answers the text best, of those that were called.
pub(super) fn choose<V>(pattern: &Pattern, mut called: BTreeMap<Id, V>) -> Result<(Id, V), Error> {
    let best = called.keys().map(|id| pattern.rank(&id.path)).max().unwrap_or(0);
    called.retain(|id, _| best > 0 && pattern.rank(&id.path) == best);
    let named = escape(pattern.text());
    if called.len() > 1 {
        let mut list: Vec<_> =
            called.keys().take(LISTED).map(|id| format!("\n         {}", id.shown())).collect();
        if called.len() > LISTED {
            list.push(format!("\n         and {} more", called.len() - LISTED));
        }
        let what = format!("`{named}` may be one of several functions");
        return Err(Error::usage(what, format!("write more of the path:{}", list.concat())));
    }
    let none = || {
        let what = format!("no function in the trace is called `{named}`");
        Error::usage(what, "`cargo trace-memory summary --top 0` lists those that are")
    };
    called.into_iter().next().ok_or_else(none)
}
