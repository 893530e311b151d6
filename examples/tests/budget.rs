//! The tests of the example `budget`: those that keep their budgets, and what is said of those that do not.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use trace_memory_tests::{Program, Run, artifacts, cargo, golden, profile_folder, workspace};

/// The example as a test program.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let profile = profile_folder();
        let mut build = cargo();
        build.args(["test", "--no-run", "--package", "trace-memory-examples", "--example", "budget"]);
        build.arg("--target-dir").arg(profile.parent().expect("a profile is in the target folder"));
        if profile.ends_with("release") {
            build.arg("--release");
        }
        artifacts(build).remove("budget").expect("the example is built")
    })
}

fn run(mode: &str, arguments: &[&str]) -> Run {
    let program = Program::new(program()).env("TRACE_MEMORY", mode).env("TRACE_MEMORY_STABLE", "1");
    arguments.iter().fold(program, Program::arg).run()
}

/// What the test harness says, without what changes from run to run: numbers of threads, and times.
fn stable(text: &str) -> String {
    let line = |line: &str| match (line.split_once("' ("), line.split_once("; finished in ")) {
        (Some((thread, rest)), _) if line.contains(") panicked at ") => {
            let (_, place) = rest.split_once(") panicked at ").unwrap_or_default();
            // Where the runtime panics is no business of a reader.
            let place = if place.starts_with("runtime") { "the runtime" } else { place };
            format!("{thread}' panicked at {place}\n")
        }
        (_, Some((result, _))) => format!("{result}\n"),
        _ => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}

/// The messages alone.
fn messages(text: &str) -> Vec<String> {
    let text = stable(text);
    let starts = text.match_indices("\nerror: ").map(|(start, _)| start + 1);
    starts.map(|start| text[start..].split("\n\n").next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn budgets_that_are_kept() {
    for mode in ["off", "summary", "tree"] {
        let run = run(mode, &[]);
        assert_eq!(run.status, Some(0), "{mode}: {}\n{}", run.stdout, run.stderr);
        assert!(run.stdout.contains("5 passed; 0 failed; 3 ignored"), "{}", run.stdout);
    }
}

#[test]
fn budgets_that_are_not_kept() {
    let run = run("off", &["--ignored", "--test-threads=1"]);
    assert_eq!(run.status, Some(101), "{}", run.stderr);
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("budget/failing.stdout");
    golden(&stable(&run.stdout), file);
}

#[test]
fn the_messages_do_not_depend_on_the_trace() {
    let off = messages(&run("off", &["--ignored", "--test-threads=1"]).stdout);
    assert!(off.len() >= 3, "{off:?}");
    for mode in ["summary", "tree"] {
        assert_eq!(messages(&run(mode, &["--ignored", "--test-threads=1"]).stdout), off, "{mode}");
    }
}

/// The pages show what is really said.
#[test]
fn the_pages_quote_a_message() {
    let said = messages(&run("off", &["--ignored", "--test-threads=1"]).stdout);
    let quoted = said.iter().find(|message| message.contains("allocated 5 times")).expect("it is said");
    for page in ["README.md", "docs/budgets.md"] {
        let text = std::fs::read_to_string(workspace().join(page)).expect("the page is there");
        assert!(
            text.contains(&format!("```text\n{quoted}\n```\n")),
            "{page} quotes something else than\n{quoted}"
        );
    }
}

#[test]
fn a_program_is_told_and_goes_on() {
    let run = Program::example("budget").env("TRACE_MEMORY", "off").run();
    assert_eq!(run.status, Some(0));
    golden(&run.stderr, Path::new(env!("CARGO_MANIFEST_DIR")).join("budget/program.stderr"));
}
