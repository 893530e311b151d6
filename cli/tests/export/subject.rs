//! The traced program, its trace, and the exports of it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;
use std::{env, fs};

use serde_json::Value;

/// A folder of this test under `target`.
pub(crate) fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("export").join(name);
    fs::create_dir_all(&folder).expect("the target folder is writable");
    folder
}

/// An example. `cargo test --test export` alone does not build it.
pub(crate) fn built(package: &str, example: &str) -> PathBuf {
    let exe = env::current_exe().expect("a test has a path");
    let profile = exe.parent().and_then(Path::parent).expect("tests are in `deps`");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--package", package, "--example", example]);
    if profile.ends_with("release") {
        cargo.arg("--release");
    }
    if let Some(target) = profile.parent() {
        cargo.arg("--target-dir").arg(target);
    }
    assert!(cargo.current_dir(env!("CARGO_MANIFEST_DIR")).status().expect("cargo runs").success());
    profile.join("examples").join(example)
}

/// The trace of one run, made once.
pub(crate) fn trace() -> &'static Path {
    static TRACE: OnceLock<PathBuf> = OnceLock::new();
    TRACE.get_or_init(|| {
        let path = scratch("trace").join("subject.bin");
        let mut command = Command::new(built("cargo-trace-memory", "export_subject"));
        command.env("TRACE_MEMORY", format!("bin:{}", path.display())).env("TRACE_MEMORY_OVERWRITE", "1");
        let output = command.output().expect("the program runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        path
    })
}

/// Runs `cargo trace-memory export` with the trace and these arguments.
pub(crate) fn run(arguments: &[&str]) -> Output {
    run_on(trace(), arguments)
}

/// As [`run`], with another trace.
pub(crate) fn run_on(trace: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-trace-memory"));
    command.args(["trace-memory", "export"]).arg(trace).args(arguments);
    command.output().expect("the tool runs")
}

/// Exports the trace into a file of this name in a folder of its own.
pub(crate) fn export(name: &str, arguments: &[&str]) -> PathBuf {
    let file = scratch("out").join(name);
    let path = file.to_str().expect("the path is UTF-8");
    let output = run(&[&["-o", path, "--force"], arguments].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stdout.is_empty(), "what was written goes to the file");
    file
}

/// The trace as JSON, an object for each line.
pub(crate) fn lines() -> &'static [Value] {
    static LINES: OnceLock<Vec<Value>> = OnceLock::new();
    LINES.get_or_init(|| {
        let output = run(&["--format", "jsonl", "-o", "-"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).expect("JSON is UTF-8");
        text.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect()
    })
}
