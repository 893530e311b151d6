//! Every verb, in every form, against what it is expected to say of the example `orders`.

use std::path::Path;

use crate::support::{careful_orders, orders, said};
use trace_memory_tests::golden;

/// The verbs and their golden files; `check` names the file that it checks.
const REPORTS: [(&str, &[&str]); 13] = [
    ("tree", &["tree"]),
    ("tree-of-a-function", &["tree", "--function", "orders::label"]),
    ("tree-of-a-local", &["tree", "--function", "ship", "--local", "parcel"]),
    ("summary", &["summary"]),
    ("summary-of-a-thread", &["summary", "--thread", "2"]),
    ("summary-of-functions", &["summary", "--function", "*::l*", "--top", "1"]),
    ("leaks", &["leaks"]),
    ("sites", &["sites"]),
    ("sites-of-a-local", &["sites", "--local", "label", "--top", "1"]),
    ("sites-of-a-function", &["sites", "--function", "ship"]),
    ("drops", &["drops", "ship"]),
    ("show", &["show", "ship", "--call", "2"]),
    ("show-a-local", &["show", "parse", "--local", "customer"]),
];

#[track_caller]
fn check(name: &str, report: &str, extension: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    golden(report, folder.join(format!("{name}.{extension}")));
}

#[test]
fn reports_are_as_expected() {
    for (name, arguments) in REPORTS {
        for (format, extension) in [("text", "txt"), ("json", "json")] {
            let arguments = [arguments, &[orders().bin(), "--format", format]].concat();
            check(name, &said(&arguments).report(), extension);
        }
    }
}

#[test]
fn a_comparison_is_as_expected() {
    for (format, extension) in [("text", "txt"), ("json", "json")] {
        let report = said(&["diff", orders().bin(), careful_orders().bin(), "--format", format]).report();
        check("diff", &report, extension);
        let report = said(&["diff", orders().bin(), orders().json(), "--format", format]).report();
        check("diff-of-one", &report, extension);
    }
}

#[test]
fn a_check_is_as_expected() {
    for (format, extension) in [("text", "txt"), ("json", "json")] {
        let report = said(&["check", orders().bin(), "--format", format]).report();
        check("check", &report.replace(orders().bin(), "orders.bin"), extension);
    }
}

#[test]
fn ascii_is_enough() {
    let run = crate::support::command()
        .env("CARGO_TERM_UNICODE", "false")
        .args(["sites", orders().bin(), "--top", "1"])
        .output()
        .expect("the command is built");
    assert!(run.stdout.is_ascii(), "{}", String::from_utf8_lossy(&run.stdout));
}

#[test]
fn help_fits_a_screen_of_24_lines() {
    let help = said(&["--help"]).report();
    assert!(help.lines().count() <= 24, "{help}");
    check("help", &help, "txt");
}

#[test]
fn help_by_way_of_cargo() {
    // `cargo help trace-memory` looks for the command on the path.
    let program = Path::new(env!("CARGO_BIN_EXE_cargo-trace-memory"));
    let folder = program.parent().expect("a program is in a folder");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let paths = std::iter::once(folder.to_owned()).chain(std::env::split_paths(&path));
    let path = std::env::join_paths(paths).expect("paths that were split before");
    let mut help = trace_memory_tests::cargo();
    help.args(["help", "trace-memory"]).env("PATH", path).env("COLUMNS", "100");
    let help = crate::support::Said::by(&mut help);
    assert_eq!(help.status, Some(0), "{}", help.stderr);
    assert_eq!(help.stdout, said(&["--help"]).report());
}

#[test]
fn completions_name_the_verbs() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = said(&["completions", shell]).report();
        for verb in ["summary", "drops", "check"] {
            assert!(script.contains(verb), "{shell}: `{verb}`");
        }
    }
}
