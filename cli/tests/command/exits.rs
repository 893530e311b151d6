//! How the command ends: its statuses, and that a mistake is one sentence with a hint.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;

use crate::support::{Said, careful_orders, command, orders, said, shown};
use trace_memory_tests::scratch;

/// An error: its status, one line that says what, and at least one that helps.
#[track_caller]
fn fails(said: &Said, status: i32, what: &str) {
    assert_eq!((said.status, said.stdout.as_str()), (Some(status), ""), "{}", said.stderr);
    let line = said.stderr.lines().find(|line| line.starts_with("error: ")).unwrap_or_default();
    assert!(line.contains(what), "{}", said.stderr);
    assert!(said.stderr.lines().count() > 1, "no hint: {}", said.stderr);
}

#[test]
fn usage_is_2() {
    fails(&said(&["nothing"]), 2, "unrecognized subcommand");
    fails(&said(&["tree", "--format", "xml"]), 2, "invalid value 'xml'");
    fails(&said(&["tree", "--thread", "0"]), 2, "invalid value '0'");
    fails(&said(&["summary", orders().bin(), "--local", "x"]), 2, "`--local` says nothing here");
    fails(&said(&["drops", "no_such", orders().bin()]), 2, "no function in the trace is called `no_such`");
    fails(&said(&["show", "ship", orders().bin(), "--call", "5"]), 2, "has 4 calls");
    let several = said(&["drops", "orders::", orders().bin()]);
    fails(&several, 2, "`orders::` may be one of several functions");
    assert!(several.stderr.contains("orders::parse (orders.rs:"), "{}", several.stderr);
}

#[test]
fn what_cannot_be_read_is_1() {
    fails(&said(&["tree", "no/such.bin"]), 1, "`no/such.bin`: ");
    let text = scratch("text");
    fs::write(&text, "no trace").expect("a file");
    fails(&said(&["tree", shown(&text)]), 1, "is not a trace");
    fails(&said(&["tree", shown(text.parent().expect("a folder"))]), 1, "directory");
}

#[test]
fn a_file_that_took_no_more_is_not_whole() {
    // The program was killed before it could say how much is missing.
    let mut bytes = fs::read(&orders().bin).expect("a trace");
    bytes[5 * 8..8 * 8].fill(0);
    bytes[8 * 8..9 * 8].copy_from_slice(&1_u64.to_ne_bytes());
    let full = scratch("full.bin");
    fs::write(&full, bytes).expect("a file");
    let checked = said(&["check", shown(&full)]);
    let line = "missing  events that nobody counted: the file took no more at some time";
    assert!(checked.stdout.contains(line), "{}", checked.stdout);
    let summed = said(&["summary", shown(&full)]);
    assert!(summed.stderr.contains("events are missing, and nobody knows how many"), "{}", summed.stderr);
}

#[test]
fn a_later_version_names_the_command_that_brings_a_reader() {
    let later = scratch("later.jsonl");
    fs::write(&later, "{\"trace_memory\":2,\"whatever\":[]}\n").expect("a file");
    let later = said(&["summary", shown(&later)]);
    fails(&later, 1, "version 2");
    assert!(later.stderr.contains("cargo install cargo-trace-memory"), "{}", later.stderr);
    let mut words = fs::read(&orders().bin).expect("a trace");
    words[8..16].copy_from_slice(&99_u64.to_ne_bytes());
    let later = scratch("later.bin");
    fs::write(&later, words).expect("a file");
    let later = said(&["summary", shown(&later)]);
    fails(&later, 1, "version 99");
    assert!(later.stderr.contains("cargo install cargo-trace-memory"), "{}", later.stderr);
}

#[test]
fn an_increase_is_100_where_that_was_asked_for() {
    let (plain, careful) = (orders().bin(), careful_orders().bin());
    let status = |arguments: &[&str]| said(arguments).status;
    assert_eq!(status(&["diff", plain, careful]), Some(0));
    assert_eq!(status(&["diff", plain, careful, "--fail-on-increase"]), Some(100));
    assert_eq!(status(&["diff", plain, plain, "--fail-on-increase"]), Some(0));
    assert_eq!(status(&["diff", plain, careful, "--fail-on-increase", "--function", "count"]), Some(0));
}

#[test]
fn files_are_kept() {
    let report = scratch("report.txt");
    let arguments = ["leaks", orders().bin(), "-o", shown(&report)];
    assert_eq!(said(&arguments).report(), "");
    let first = fs::read_to_string(&report).expect("a report");
    assert_eq!(first, said(&["leaks", orders().bin()]).report());
    fs::write(&report, "precious").expect("a file");
    fails(&said(&arguments), 2, "is there already");
    assert_eq!(fs::read_to_string(&report).expect("a file"), "precious");
    assert_eq!(said(&[&arguments[..], &["--force"]].concat()).report(), "");
    assert_eq!(fs::read_to_string(&report).expect("a file"), first);
    assert_eq!(said(&["leaks", orders().bin(), "-o", "-"]).report(), first);
    let trace = careful_orders().bin();
    fails(&said(&["leaks", trace, "-o", trace, "--force"]), 2, "is the trace itself");
    fails(&said(&["leaks", trace, "-o", "no/such/folder/x"]), 1, "no/such/folder/x");
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    // More than a pipe holds.
    let mut tree = command();
    tree.args(["completions", "zsh"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = tree.spawn().expect("the command is built");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
    let mut child = command()
        .args(["show", "orders::main", orders().bin()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command is built");
    let mut line = String::new();
    let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    stdout.read_line(&mut line).expect("a line");
    assert!(line.starts_with("call 1 of 1 of orders::main"), "{line}");
    drop(stdout);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn the_latest_trace_is_that_of_the_workspace() {
    let folder = scratch("workspace");
    let traces = folder.join("target/trace-memory");
    fs::create_dir_all(folder.join("src")).expect("a folder");
    fs::write(folder.join("src/lib.rs"), "").expect("a file");
    let manifest = "[package]\nname = \"a\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n";
    fs::write(folder.join("Cargo.toml"), manifest).expect("a file");
    let latest = |arguments: &[&str]| {
        let folder = folder.join("src");
        let mut command = command();
        Said::by(command.args(arguments).current_dir(folder).env_remove("CARGO_TARGET_DIR"))
    };
    fails(&latest(&["summary"]), 2, "there is no trace in");
    fs::create_dir_all(traces.join("folder")).expect("a folder");
    fs::write(traces.join("a.txt"), "no trace").expect("a file");
    put(&orders().bin, &traces.join("z.bin"), 2);
    put(&careful_orders().json, &traces.join("a.jsonl"), 1);
    let expected = said(&["summary", careful_orders().bin()]).report();
    assert_eq!(latest(&["summary"]).report(), expected);
    assert_eq!(latest(&["summary", "latest"]).report(), expected);
    let outside = Said::by(command().arg("summary").current_dir("/"));
    fails(&outside, 2, "in no workspace");
}

/// Copies a trace, as one that was written some hours ago.
fn put(from: &Path, to: &Path, hours: u64) {
    fs::copy(from, to).expect("a copy");
    let then = std::time::SystemTime::now() - std::time::Duration::from_secs(hours * 3600);
    let file = fs::File::options().write(true).open(to).expect("the copy");
    file.set_modified(then).expect("the time can be set");
}

#[test]
fn colours_are_in_the_order_of_who_asks() {
    let colored = |set: &[(&str, &str)], arguments: &[&str]| {
        let arguments = [&["leaks", orders().bin()], arguments].concat();
        let run = Said::by(command().args(arguments).envs(set.iter().copied()));
        run.report().contains('\u{1b}')
    };
    assert!(!colored(&[], &[]), "a pipe is no terminal");
    assert!(colored(&[], &["--color", "always"]));
    assert!(colored(&[("NO_COLOR", "1")], &["--color", "always"]));
    assert!(colored(&[("CARGO_TERM_COLOR", "always")], &[]));
    assert!(!colored(&[("CARGO_TERM_COLOR", "always")], &["--color", "never"]));
    assert!(colored(&[("CLICOLOR_FORCE", "1")], &[]));
    assert!(!colored(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], &[]));
    assert!(!colored(&[("CLICOLOR_FORCE", "1")], &["--color", "never"]));
}
