//! What is told of a crate, and how it is kept until the page is made.

use std::fs;
use std::path::{Path, PathBuf};

use cargo_trace_memory::insert::Functions;
use serde_json::{Value, json};

use crate::list::Entry;

/// A line of one of the tables.
#[derive(Clone, Debug, Default)]
pub(crate) struct Row {
    pub(crate) functions: Functions,
    /// How many tests ran, or how many warnings the plain build has.
    pub(crate) count: usize,
    /// What differs.
    pub(crate) faults: Vec<String>,
    /// Why it does not compile.
    pub(crate) errors: Vec<String>,
    /// Whether the tests ran with a trace, and not just with the attribute.
    pub(crate) recorded: bool,
    /// What was checked.
    pub(crate) targets: String,
    /// How long the tests took, plain and traced.
    pub(crate) seconds: (f64, f64),
}

impl Row {
    /// Whether there is nothing to tell.
    pub(crate) fn is_same(&self) -> bool {
        self.faults.is_empty() && self.errors.is_empty()
    }

    /// Keeps it in the folder of the rows.
    pub(crate) fn keep(&self, work: &Path, entry: &Entry) {
        let path = path(work, entry);
        let row = json!({
            "version": entry.version, "features": entry.features,
            "traced": self.functions.traced, "left": self.functions.left, "count": self.count,
            "faults": self.faults, "errors": self.errors, "recorded": self.recorded,
            "targets": self.targets, "seconds": [self.seconds.0, self.seconds.1],
        });
        let _ = fs::create_dir_all(path.parent().unwrap_or(work));
        fs::write(path, row.to_string()).expect("the folder of the rows is writable");
    }

    /// The row of the last run, if that was about what the list has now.
    pub(crate) fn kept(work: &Path, entry: &Entry) -> Option<Self> {
        let row: Value = serde_json::from_str(&fs::read_to_string(path(work, entry)).ok()?).ok()?;
        if row["version"] != entry.version || row["features"] != entry.features {
            return None;
        }
        let mut functions = Functions { traced: number(&row["traced"])?, ..Functions::default() };
        for (reason, count) in row["left"].as_object()? {
            functions.leave(reason, number(count)?);
        }
        Some(Self {
            functions,
            count: number(&row["count"])?,
            faults: texts(&row["faults"]),
            errors: texts(&row["errors"]),
            recorded: row["recorded"] == true,
            targets: row["targets"].as_str()?.to_owned(),
            seconds: (row["seconds"][0].as_f64()?, row["seconds"][1].as_f64()?),
        })
    }
}

fn path(work: &Path, entry: &Entry) -> PathBuf {
    let table = if entry.tested { "tests" } else { "check" };
    work.join("rows").join(format!("{}.{table}.json", entry.name))
}

fn number(value: &Value) -> Option<usize> {
    value.as_u64().and_then(|number| usize::try_from(number).ok())
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(|text| text.as_str().map(str::to_owned)).collect()
}
