//! A crate from the registry, plain and with the attribute on every function.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use cargo_trace_memory::insert::{Crate, Functions, Source, UNREADABLE};
use serde_json::Value;
use trace_memory_tests::files;

/// A result: what is compared, or why there is nothing to compare.
pub(crate) type Result<T> = std::result::Result<T, String>;

/// One of the two copies.
pub(crate) struct Copy {
    folder: PathBuf,
    target: PathBuf,
}

/// What a copy's tests said.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tests {
    /// The result of each test, by the program it is in and its name.
    pub(crate) results: BTreeMap<(String, String), String>,
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
    /// A copy of `source`; with a path to the runtime, the attribute is on every function below `src`.
    pub(crate) fn make(source: &Path, folder: &Path, runtime: Option<&Path>) -> Result<(Self, Functions)> {
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
                functions += edit.trace(&|_| None);
                write(&file, &edit.finish())?;
            }
        }
        // One for all: what they depend on is compiled once.
        let target = folder.with_file_name("target");
        Ok((Self { folder: folder.to_owned(), target }, functions))
    }

    /// Runs the crate's own tests, `recorded` or with the trace off; nothing if they are not done in
    /// `seconds`.
    pub(crate) fn test(&self, recorded: bool, seconds: u64) -> Result<Option<(Tests, Duration)>> {
        let start = Instant::now();
        let mut cargo = self.cargo();
        cargo.args(["test", "--no-fail-fast", "--color", "never"]);
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

    /// The warnings about the crate's own code.
    pub(crate) fn warnings(&self) -> Result<BTreeSet<String>> {
        let mut cargo = self.cargo();
        cargo.args(["check", "--lib", "--message-format", "json"]).env("RUSTFLAGS", "--cap-lints=warn");
        let text = output(&mut cargo)?;
        let manifest = self.folder.join("Cargo.toml").display().to_string();
        let messages = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let own = messages.filter(|message| {
            message["reason"] == "compiler-message" && message["manifest_path"] == manifest.as_str()
        });
        let told = own.filter_map(|message| {
            let message = &message["message"];
            let code = message["code"]["code"].as_str()?;
            let span = &message["spans"][0];
            let place = format!("{}:{}", span["file_name"].as_str()?, span["line_start"]);
            Some(format!("{place}: {code}: {}", message["message"].as_str()?))
        });
        Ok(told.collect())
    }

    fn cargo(&self) -> Command {
        let mut cargo = cargo(&self.folder);
        cargo.env("CARGO_TARGET_DIR", &self.target);
        cargo
    }
}

impl Tests {
    /// Reads what Cargo and the test programs wrote. Cargo names each program on the one stream before that says
    /// what its tests do on the other; both are in the order of the programs.
    fn of(stdout: &str, stderr: &str) -> Self {
        let names = stderr.lines().filter_map(|line| {
            let line = line.trim_start();
            let running = line.strip_prefix("Running ").map(|rest| rest.split(" (").next().unwrap_or(rest));
            running.or_else(|| line.strip_prefix("Doc-tests ")).map(str::to_owned)
        });
        let mut names = names.fuse();
        let mut tests = Self::default();
        let mut program = String::new();
        for line in stdout.lines() {
            if line.starts_with("running ") && (line.ends_with(" tests") || line.ends_with(" test")) {
                program = names.next().unwrap_or_default();
            } else if let Some((name, result)) =
                line.strip_prefix("test ").and_then(|rest| rest.rsplit_once(" ... "))
            {
                // Doctests are named by their lines, which do not change.
                tests.results.insert((program.clone(), name.to_owned()), result.to_owned());
            }
        }
        tests
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

/// Runs a command that makes no file over 256 MiB and takes no longer than `limit`: some tests make hundreds of millions of
/// events. Where its file cannot grow, the tracer stops recording, with a message.
fn bounded(command: &Command, limit: Duration) -> Result<Option<Output>> {
    let mut shell = Command::new("sh");
    shell.args(["-c", "ulimit -f 524288; exec \"$0\" \"$@\""]);
    shell.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell.current_dir(command.get_current_dir().unwrap_or(Path::new(".")));
    shell.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    let child = shell.spawn().map_err(|error| error.to_string())?;
    let group = format!("-{}", child.id());
    let (send, done) = mpsc::channel();
    let reader = thread::spawn(move || send.send(child.wait_with_output()));
    let output = done.recv_timeout(limit).ok();
    if output.is_none() {
        let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
    }
    let _ = reader.join();
    output.transpose().map_err(|error| error.to_string())
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
