//! What the compiler refused in earlier runs, so that the next one does not have to find out again.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::ladder::{Lowered, Lowest, Rung};

/// The version of this command. Another one may have an attribute that does better.
const VERSION: &str = env!("CARGO_PKG_VERSION");

#[derive(Default, Serialize, Deserialize)]
struct Known {
    version: String,
    files: BTreeMap<PathBuf, Refused>,
}

/// What was refused in a file, as the file was.
#[derive(Serialize, Deserialize)]
struct Refused {
    hash: u64,
    functions: BTreeMap<usize, Lowered>,
}

/// The form of before: functions were left alone, each with what the compiler said.
#[derive(Deserialize)]
struct Before {
    hash: u64,
    functions: BTreeMap<usize, String>,
}

fn hash(path: &Path) -> Option<u64> {
    let mut hasher = DefaultHasher::new();
    fs::read(path).ok()?.hash(&mut hasher);
    Some(hasher.finish())
}

/// What was refused last time, in files that are as they were. What makes no sense is as if it were not there.
pub(super) fn recall(path: &Path) -> Lowest {
    let text = fs::read(path).unwrap_or_default();
    let files = match serde_json::from_slice::<Known>(&text) {
        Ok(known) if known.version == VERSION => known.files,
        Ok(_) => BTreeMap::new(),
        Err(_) => before(&text),
    };
    let files = files.into_iter().filter(|(path, refused)| hash(path) == Some(refused.hash));
    let of_file = |(path, refused): (PathBuf, Refused)| {
        let functions = refused.functions.into_iter();
        functions.map(move |(number, lowered)| ((path.clone(), number), lowered))
    };
    files.flat_map(of_file).collect()
}

/// What was left alone may do with its frame.
fn before(text: &[u8]) -> BTreeMap<PathBuf, Refused> {
    let files: BTreeMap<PathBuf, Before> = serde_json::from_slice(text).unwrap_or_default();
    let lowered = |said| Lowered { rung: Rung::Frame, said };
    let refused = |before: Before| Refused {
        hash: before.hash,
        functions: before.functions.into_iter().map(|(number, said)| (number, lowered(said))).collect(),
    };
    files.into_iter().map(|(path, before)| (path, refused(before))).collect()
}

/// Without what is remembered the next run takes longer, and that is all.
pub(super) fn remember(path: &Path, lowest: &Lowest) {
    let mut known = Known { version: VERSION.to_owned(), files: BTreeMap::new() };
    for ((file, number), lowered) in lowest {
        let Some(hash) = hash(file) else { continue };
        let of_file =
            known.files.entry(file.clone()).or_insert_with(|| Refused { hash, functions: BTreeMap::new() });
        of_file.functions.insert(*number, lowered.clone());
    }
    let _ = serde_json::to_vec(&known).map(|text| fs::write(path, text));
}
