//! Software of others, installed under `target`. Where that cannot be, a test says so and passes.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;

use crate::subject::scratch;

/// Perfetto's own messages, and a database that reads Parquet.
const PYTHON: [&str; 3] = ["perfetto==0.59.1", "protobuf==7.36.2", "duckdb==2.0.0"];
/// pprof's own messages.
const NODE: [&str; 1] = ["pprof@5.0.0"];

/// Whether a tool is there, or why not.
pub(crate) type Found = Result<PathBuf, String>;

/// The interpreter of an environment with [`PYTHON`].
pub(crate) fn python() -> &'static Found {
    static FOUND: OnceLock<Found> = OnceLock::new();
    FOUND.get_or_init(|| {
        let folder = scratch("python");
        let python = folder.join("bin/python");
        once(&folder, &PYTHON, || {
            run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
            let mut pip = Command::new(&python);
            pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(PYTHON);
            run(&mut pip)
        })?;
        Ok(python)
    })
}

/// A folder in which node finds [`NODE`].
pub(crate) fn node() -> &'static Found {
    static FOUND: OnceLock<Found> = OnceLock::new();
    FOUND.get_or_init(|| {
        let folder = scratch("node");
        once(&folder, &NODE, || {
            let mut npm = Command::new("npm");
            // What it would compile is not needed to read a file.
            npm.args(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix"]).arg(&folder);
            run(npm.args(NODE))
        })?;
        Ok(folder)
    })
}

/// The script of DHAT's viewer, as valgrind installs it.
pub(crate) fn dhat_viewer() -> Found {
    run(Command::new("node").arg("--version"))?;
    let places = ["/usr/libexec/valgrind", "/usr/lib/valgrind", "/usr/local/libexec/valgrind"];
    let scripts = places.iter().map(|folder| Path::new(folder).join("dh_view.js"));
    scripts
        .into_iter()
        .find(|path| path.exists())
        .ok_or_else(|| format!("no `dh_view.js` in {}; it comes with valgrind", places.join(", ")))
}

/// Installs what is not there yet.
fn once(folder: &Path, what: &[&str], install: impl FnOnce() -> Result<(), String>) -> Result<(), String> {
    let (done, versions) = (folder.join("installed"), what.join(" "));
    if fs::read_to_string(&done).is_ok_and(|there| there == versions) {
        return Ok(());
    }
    install()?;
    fs::write(&done, versions).map_err(|error| error.to_string())
}

fn run(command: &mut Command) -> Result<(), String> {
    let name = command.get_program().display().to_string();
    let output = command.output().map_err(|error| format!("`{name}`: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let last = String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or_default().to_owned();
    Err(format!("`{name}`: {}: {last}", output.status))
}

/// Says that a test was not run. Not through `eprintln!`, which the test harness keeps to itself where a test passes.
pub(crate) fn skip(test: &str, why: &str) {
    // If stderr is closed, nobody reads it.
    let _ = writeln!(io::stderr(), "SKIPPED {test}: {why}");
}

/// What a script of this folder prints, as JSON.
#[track_caller]
pub(crate) fn read_with(command: &mut Command) -> Value {
    let output = command.output().expect("the reader runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("the reader prints JSON")
}

/// A script of this folder.
pub(crate) fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/export").join(name)
}
