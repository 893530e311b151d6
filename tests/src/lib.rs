//! What the tests of this workspace share: running a program under the trace, reading what it wrote,
//! and comparing whole texts.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::str::FromStr;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

pub mod builds;
pub mod compiler;
pub mod corpus;
pub mod editor;
pub mod families;
pub mod frames;
pub mod mir;
pub mod oracle;
pub mod replay;

/// A traced program to run.
#[derive(Debug)]
pub struct Program {
    command: Command,
}

impl Program {
    /// The program at `exe`, with a clean environment as far as the trace is concerned.
    #[must_use]
    pub fn new(exe: impl AsRef<Path>) -> Self {
        let mut command = Command::new(exe.as_ref());
        command.env("RUST_BACKTRACE", "0").env("COLUMNS", "100").env("TRACE_MEMORY_COLOR", "never");
        for name in
            ["TRACE_MEMORY", "TRACE_MEMORY_STABLE", "TRACE_MEMORY_OVERWRITE", "TRACE_MEMORY_STACK_ONLY"]
        {
            command.env_remove(name);
        }
        Self { command }
    }

    /// The example `name`, as it is now. Cargo builds examples for a whole run of the tests, but not for
    /// a chosen one.
    ///
    /// # Panics
    ///
    /// If the test does not run out of Cargo's target folder, or the example does not build.
    #[must_use]
    pub fn example(name: &str) -> Self {
        let profile = profile_folder();
        let target = profile.parent().expect("a profile is in the target folder");
        let mut cargo = cargo();
        cargo.args(["build", "--quiet", "--package", "trace-memory-examples", "--example", name]);
        cargo.arg("--target-dir").arg(target);
        if profile.ends_with("release") {
            cargo.arg("--release");
        }
        let built = cargo.status().expect("Cargo runs the tests, and so is there");
        assert!(built.success(), "the example `{name}` does not build");
        Self::new(example_program(name))
    }

    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, arg: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    /// Sets an environment variable.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs it.
    ///
    /// # Panics
    ///
    /// If it cannot be started.
    #[must_use]
    pub fn run(mut self) -> Run {
        let output = self.command.output();
        Run::of(output.unwrap_or_else(|error| panic!("{:?}: {error}", self.command)))
    }

    /// Runs it with a JSON trace, which has to be complete.
    ///
    /// # Panics
    ///
    /// If there is no trace, or a line of it is not JSON.
    #[must_use]
    pub fn trace(self) -> (Run, Trace) {
        let path = scratch("trace.jsonl");
        let run = self.env("TRACE_MEMORY", format!("json:{}", path.display())).run();
        let text = fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("{}: {error}\n{}", path.display(), run.stderr));
        let lines = text.lines().map(|line| serde_json::from_str(line).expect("each line is JSON"));
        (run, Trace { lines: lines.collect() })
    }
}

/// What a program wrote, and how it ended.
#[derive(Debug)]
pub struct Run {
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// The exit status, if it was not killed.
    pub status: Option<i32>,
}

impl Run {
    fn of(output: Output) -> Self {
        Self {
            stdout: String::from_utf8(output.stdout).expect("output is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("output is UTF-8"),
            status: output.status.code(),
        }
    }

    /// The names after `# ` on stdout: the functions that the program has run.
    pub fn functions(&self) -> impl Iterator<Item = &str> {
        self.stdout.lines().filter_map(|line| line.strip_prefix("# "))
    }

    /// The names after `drop ` on stdout: the program's own account of its drops. Fields in a row
    /// (`pair.left`, `pair.right`) are one drop of the local they belong to.
    #[must_use]
    pub fn logged_drops(&self) -> Vec<&str> {
        let mut names = Vec::new();
        let mut of_fields = false;
        for name in self.stdout.lines().filter_map(|line| line.strip_prefix("drop ")) {
            let local = name.split('.').next().unwrap_or(name);
            let is_field = local != name;
            if !(is_field && of_fields && names.last() == Some(&local)) {
                names.push(local);
            }
            of_fields = is_field;
        }
        names
    }
}

/// A JSON Lines trace.
#[derive(Debug)]
pub struct Trace {
    /// Header, events, end.
    pub lines: Vec<Value>,
}

impl Trace {
    /// The events of one kind.
    pub fn events<'t>(&'t self, kind: &'t str) -> impl Iterator<Item = &'t Value> {
        self.lines.iter().filter(move |line| line["ev"] == kind)
    }

    /// The `drop` events that are of locals, and not of values without a name.
    pub fn drops_of_locals(&self) -> impl Iterator<Item = &Value> {
        self.events("drop").filter(|event| event["temporary"] != true && event["place"] != true)
    }

    /// The locals of the `drop` events, in order.
    #[must_use]
    pub fn drops(&self) -> Vec<&str> {
        self.drops_of_locals().filter_map(|event| event["local"].as_str()).collect()
    }

    /// The last line.
    ///
    /// # Panics
    ///
    /// If the trace has none.
    #[must_use]
    pub fn end(&self) -> &Value {
        self.lines.last().filter(|line| line["ev"] == "end").expect("a complete trace has an end")
    }
}

/// The number that an environment variable has, if it is set.
///
/// # Panics
///
/// If it is no such number.
#[must_use]
pub fn number<N: FromStr>(name: &str) -> Option<N> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name}={text} is not a number")))
}

/// The Cargo that runs this, or the one on the path.
#[must_use]
pub fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// The compiler that Cargo uses.
#[must_use]
pub fn rustc() -> Command {
    Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
}

/// The folder of the workspace.
#[must_use]
pub fn workspace() -> &'static Path {
    const TESTS: &str = env!("CARGO_MANIFEST_DIR");
    Path::new(TESTS).parent().unwrap_or(Path::new(TESTS))
}

/// The files below `folder` with one of the extensions, in order.
///
/// # Panics
///
/// If a folder cannot be read.
#[must_use]
pub fn files(folder: &Path, extensions: &[&str]) -> Vec<PathBuf> {
    /// Folders that are nobody's source.
    const SKIPPED: [&str; 3] = ["target", ".git", "node_modules"];
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.expect("readable").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let extension = path.extension().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && !SKIPPED.contains(&name.as_str()) {
            found.extend(files(&path, extensions));
        } else if extensions.contains(&extension.as_str()) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The folder that Cargo builds the running test into: `target/<profile>`.
///
/// # Panics
///
/// If the test does not run out of Cargo's target folder.
#[must_use]
pub fn profile_folder() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own path");
    test.ancestors().nth(2).expect("tests are in target/<profile>/deps").to_owned()
}

/// The example `name`, built or not.
///
/// # Panics
///
/// If the test does not run out of Cargo's target folder.
#[must_use]
pub fn example_program(name: &str) -> PathBuf {
    profile_folder().join("examples").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// The first file that Cargo makes of each target, by its name: the command is to build something.
///
/// # Panics
///
/// If it does not build.
#[must_use]
pub fn artifacts(mut build: Command) -> BTreeMap<String, PathBuf> {
    let output = build.args(["--message-format", "json"]).output();
    let output = output.expect("Cargo runs the tests, and so is there");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let messages = String::from_utf8(output.stdout).expect("Cargo writes UTF-8");
    let messages = messages.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let named = messages.filter_map(|message| {
        let (name, file) = (message["target"]["name"].as_str()?, message["filenames"][0].as_str()?);
        Some((name.to_owned(), PathBuf::from(file)))
    });
    named.collect()
}

/// A path for a file of this test run that nobody else uses. What runs of an hour ago and before have left is removed.
///
/// # Panics
///
/// If its folder cannot be made.
#[must_use]
pub fn scratch(name: &str) -> PathBuf {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let all = profile_folder().join("scratch");
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    if number == 0 {
        remove_old(&all);
    }
    let folder = all.join(format!("{}-{number}", std::process::id()));
    fs::create_dir_all(&folder).expect("the target folder takes folders");
    folder.join(name)
}

fn remove_old(folder: &Path) {
    let is_old = |entry: &fs::DirEntry| {
        let changed = entry.metadata().and_then(|metadata| metadata.modified()).ok();
        changed.and_then(|at| at.elapsed().ok()).is_some_and(|age| age.as_secs() > 3600)
    };
    for entry in fs::read_dir(folder).into_iter().flatten().flatten().filter(is_old) {
        // Another test may have done it.
        let _ = fs::remove_dir_all(entry.path());
    }
}

/// Compares a text with the file that holds what is expected; `BLESS=1` writes the file instead.
///
/// # Panics
///
/// If they differ: with both texts.
pub fn golden(actual: &str, path: impl AsRef<Path>) {
    let path = path.as_ref();
    if std::env::var_os("BLESS").is_some() {
        fs::write(path, actual).expect("the golden file is writable");
        return;
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    assert!(
        expected == actual,
        "{} differs; `BLESS=1 cargo test` accepts what there is now\n--- expected\n{expected}\n--- actual\n{actual}",
        path.display()
    );
}
