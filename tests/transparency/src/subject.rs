//! A crate from the registry, plain and with the attribute on every function.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use cargo_trace_memory::insert::{Crate, Functions, How, Source, UNREADABLE};
use serde_json::Value;
use trace_memory_tests::files;

use crate::diagnostics::Diagnostics;
use crate::list::Entry;
use crate::run::{Tests, bounded};

/// A result: what is compared, or why there is nothing to compare.
pub(crate) type Result<T> = std::result::Result<T, String>;

/// What a package says of the toolchain of those who work on it.
const FOR_ITS_OWNERS: [&str; 3] = ["rust-toolchain", "rust-toolchain.toml", ".cargo"];

/// One of the two copies.
pub(crate) struct Copy {
    folder: PathBuf,
    target: PathBuf,
    features: Vec<String>,
}

/// What of a crate is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Targets {
    LibraryAndTests,
    Library,
}

impl Targets {
    fn options(self) -> &'static [&'static str] {
        match self {
            Self::LibraryAndTests => &["--lib", "--tests"],
            Self::Library => &["--lib"],
        }
    }

    /// As the page calls them.
    pub(crate) fn name(self) -> String {
        let name = match self {
            Self::LibraryAndTests => "library, tests",
            Self::Library => "library",
        };
        name.to_owned()
    }
}

/// Where the registry has the crate's source.
pub(crate) fn fetched(work: &Path, name: &str, version: &str) -> Result<PathBuf> {
    let folder = work.join("fetch").join(name);
    write(
        &folder.join("Cargo.toml"),
        &format!(
            "[package]\nname = \"fetch\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[workspace]\n\n\
             [dependencies]\nsubject = {{ package = \"{name}\", version = \"={version}\" }}\n"
        ),
    )?;
    write(&folder.join("src/lib.rs"), "")?;
    let mut cargo = cargo(&folder);
    let metadata = output(cargo.args(["metadata", "--format-version", "1"]))?;
    let metadata: Value = serde_json::from_str(&metadata).map_err(|error| error.to_string())?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let mut manifests = packages.filter(|package| package["name"] == name);
    let manifest = manifests.next().and_then(|package| package["manifest_path"].as_str());
    let folder = manifest.and_then(|manifest| Path::new(manifest).parent());
    folder.map(Path::to_owned).ok_or_else(|| format!("{name} {version} is not in the registry"))
}

impl Copy {
    /// A copy of the crate's `source`; with a path to the runtime, the attribute is on every function below `src`.
    pub(crate) fn make(
        entry: &Entry,
        source: &Path,
        folder: &Path,
        runtime: Option<&Path>,
    ) -> Result<(Self, Functions)> {
        let _ = fs::remove_dir_all(folder);
        copy(source, folder)?;
        // The versions that the package was published with may be older than what the runtime needs.
        let _ = fs::remove_file(folder.join("Cargo.lock"));
        let manifest = folder.join("Cargo.toml");
        let mut text = read(&manifest)?;
        if !text.contains("\n[workspace]") {
            text.push_str("\n[workspace]\n");
            write(&manifest, &text)?;
        }
        let mut functions = Functions::default();
        if let Some(runtime) = runtime {
            output(cargo(folder).args(["add", "--quiet", "--path"]).arg(runtime).arg("trace-memory"))?;
            for file in library(folder) {
                let Ok(source) = Source::parse(&read(&file)?) else {
                    functions.leave(UNREADABLE, 1);
                    continue;
                };
                let krate = Crate::default();
                let mut edit = source.edit(&krate);
                functions += edit.trace(&|_, _| How::Whole);
                write(&file, &edit.finish())?;
            }
        }
        // One for all: what they depend on is compiled once.
        let target = folder.with_file_name("target");
        let features = features(entry.features);
        Ok((Self { folder: folder.to_owned(), target, features }, functions))
    }

    /// Runs the crate's own tests, `recorded` or with the trace off; nothing if they are not done in
    /// `seconds`.
    pub(crate) fn test(&self, recorded: bool, seconds: u64) -> Result<Option<(Tests, Duration)>> {
        let start = Instant::now();
        let mut cargo = self.cargo();
        cargo.args(["test", "--no-fail-fast", "--color", "never"]).args(&self.features);
        // Some tests try millions of inputs.
        cargo.env("CARGO_PROFILE_DEV_OPT_LEVEL", "1");
        cargo.env("TRACE_MEMORY", if recorded { "summary" } else { "off" });
        let Some(done) = bounded(&cargo, Duration::from_secs(seconds))? else { return Ok(None) };
        let text = String::from_utf8_lossy(&done.stdout).into_owned();
        let messages = String::from_utf8_lossy(&done.stderr).into_owned();
        let tests = Tests::of(&text, &messages);
        if tests.results.is_empty() {
            return Err(format!("no test ran:\n{}", tail(&messages)));
        }
        Ok(Some((tests, start.elapsed())))
    }

    /// What the compiler says of the crate's own code: its errors, or its warnings.
    pub(crate) fn check(&self, targets: Targets) -> Result<Diagnostics> {
        let mut cargo = self.cargo();
        cargo.args(["check", "--keep-going", "--message-format", "json"]).args(targets.options());
        cargo.args(&self.features).env("RUSTFLAGS", "--cap-lints=warn");
        let done = cargo.output().map_err(|error| error.to_string())?;
        let manifest = self.folder.join("Cargo.toml").display().to_string();
        let mut told = Diagnostics::of(&String::from_utf8_lossy(&done.stdout), &manifest);
        if !done.status.success() && told.errors.is_empty() {
            told.errors.push(tail(&String::from_utf8_lossy(&done.stderr)));
        }
        Ok(told)
    }

    /// Removes the copy, but not what was compiled.
    pub(crate) fn remove(self) {
        let _ = fs::remove_dir_all(self.folder);
    }

    fn cargo(&self) -> Command {
        let mut cargo = cargo(&self.folder);
        cargo.env("CARGO_TARGET_DIR", &self.target);
        // Each is compiled once.
        cargo.env("CARGO_INCREMENTAL", "0").env("CARGO_PROFILE_DEV_DEBUG", "0");
        cargo
    }
}

/// The options for what a line of the list says.
fn features(told: &str) -> Vec<String> {
    match told {
        "" => Vec::new(),
        "*" => vec!["--all-features".to_owned()],
        _ => vec!["--features".to_owned(), told.to_owned()],
    }
}

fn cargo(folder: &Path) -> Command {
    let mut cargo = trace_memory_tests::cargo();
    cargo.current_dir(folder);
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if name.starts_with("CARGO_PKG") || name.starts_with("TRACE_MEMORY") || name == "RUSTFLAGS" {
            cargo.env_remove(name);
        }
    }
    cargo
}

/// What a command writes, if it succeeds.
fn output(command: &mut Command) -> Result<String> {
    let done = command.output().map_err(|error| error.to_string())?;
    if done.status.success() {
        Ok(String::from_utf8_lossy(&done.stdout).into_owned())
    } else {
        Err(format!("{command:?}\n{}", tail(&String::from_utf8_lossy(&done.stderr))))
    }
}

fn tail(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(30)..].join("\n")
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn write(path: &Path, text: &str) -> Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, text))
        .map_err(|error| format!("{}: {error}", path.display()))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    let told = |error: std::io::Error| format!("{}: {error}", from.display());
    fs::create_dir_all(to).map_err(told)?;
    for entry in fs::read_dir(from).map_err(told)? {
        let entry = entry.map_err(told)?;
        if FOR_ITS_OWNERS.iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        let target = to.join(entry.file_name());
        if entry.file_type().map_err(told)?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target).map_err(told)?;
        }
    }
    Ok(())
}

/// The source files of a package's library.
fn library(package: &Path) -> Vec<PathBuf> {
    let folder = package.join("src");
    if folder.is_dir() { files(&folder, &["rs"]) } else { vec![package.join("lib.rs")] }
}
