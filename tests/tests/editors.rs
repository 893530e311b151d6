//! In an editor, a half-typed traced function is completed and explained as without the attribute.
//!
//! rust-analyzer is asked about each text twice, with the attribute and with an empty line in its place. It is the one
//! that `RUST_ANALYZER` names, or else the one on the path; without one, or without the part of the toolchain that runs
//! macros for it, the test is skipped.
#![expect(clippy::print_stdout, reason = "it says why it is skipped")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use trace_memory_tests::editor::{RustAnalyzer, rust_analyzer};
use trace_memory_tests::{scratch, workspace};

const EDITIONS: [&str; 3] = ["2018", "2021", "2024"];

/// The whole conversation; most of it is a build, when there is none of before.
const LIMIT: Duration = Duration::from_secs(500);

/// What the bodies use.
const ITEMS: &str = "
pub struct Point { pub x: i32, pub y: i32 }

impl Point {
    /// How far it is.
    pub fn length(&self) -> i32 { self.x }
    pub fn shifted(self, by: i32) -> Point { Point { x: self.x + by, y: self.y } }
}

pub fn origin() -> Point { Point { x: 0, y: 0 } }
pub fn each(f: impl Fn(Point) -> i32) -> i32 { f(origin()) }
macro_rules! shown { ($value:expr) => { match $value { shown => shown } }; }
";

/// What carries the attribute, which stands at `@`.
const FORMS: [&str; 4] = [
    "@\npub fn subject(mut start: Point) -> i32 {\n    BODY\n}\n",
    "@\npub async fn subject(mut start: Point) -> i32 {\n    BODY\n}\n",
    "@\nimpl Point {\n    pub fn subject(&self, mut start: Point) -> i32 {\n        BODY\n    }\n}\n",
    "@\nmod inner {\n    use super::*;\n    fn subject(mut start: Point) -> i32 {\n        BODY\n    }\n}\n",
];

const ATTRIBUTE: &str = "#[trace_memory::trace_memory]";

/// A point's own.
const POINT: &[&str] = &["length()", "shifted(", "x i32", "y i32"];

/// Bodies with the cursor at `$`, and what is proposed there, among others.
///
/// Inside of any attribute that gives back what it gets, rust-analyzer proposes more than without one in a call of a
/// macro that is not closed, and behind the last `;` of a body. Such bodies are left out.
const COMPLETED: [(&str, &[&str]); 36] = [
    ("$", &["start Point"]),
    ("start.$", POINT),
    ("let value = origin(); value.$", POINT),
    ("let value = origin(); value.le$", POINT),
    ("let value = origin(); value.$; value.length()", POINT),
    ("let value = origin(); value.$ let other = 1; other", POINT),
    ("let value = origin(); let other = value.$; let third = 1;", POINT),
    ("let value = origin(); value.shifted(1).$", POINT),
    ("let value = start.shifted(start.$)", POINT),
    ("let value = origin(); drop(value.$)", POINT),
    ("let value = origin(); {{ value.$ }}", POINT),
    ("let value = origin(); return value.$", POINT),
    ("let mut value = origin(); value.x = value.$", POINT),
    ("let value = &mut start; *value = value.$", POINT),
    ("let value = Point { x: 1, y: start.$ };", POINT),
    ("let value = Point { x: 1, $ };", &["y i32"]),
    ("let Point { $ } = origin();", &["x i32", "y i32"]),
    ("let value_of_it = 1; val$", &["value_of_it i32"]),
    ("let value_of_it = 1; let sum = 1 + val$", &["value_of_it i32"]),
    ("let value_of_it = 1; let sum = val$; sum", &["value_of_it i32"]),
    ("let value_of_it = origin(); drop(val$", &["value_of_it Point"]),
    ("let value: Po$ = origin();", &["Point"]),
    ("Point::$", &["length(", "shifted("]),
    ("let value = origin(); if value.$", POINT),
    ("let value = origin(); if value.$ { }", POINT),
    ("let value = origin(); match value.$ { }", POINT),
    ("if let Point { x, y } = origin() { x$ }", &["x i32", "y i32"]),
    ("match origin() { Point { x, y } => y$ }", &["x i32", "y i32"]),
    ("while start.$ {}", POINT),
    ("let value = origin(); let inner = |by: i32| value.$;", POINT),
    ("let value = |inner: Point| inner.$;", POINT),
    ("let value = |inner: Point| { let kept = inner; kept.$ };", POINT),
    ("let value = origin(); shown!(value.$)", POINT),
    ("let value = origin(); shown!(val$)", &["value Point"]),
    ("async { let value = origin(); value.$ }", POINT),
    ("crate::or$", &["origin() fn() -> Point"]),
];

/// The same for bodies that need `std`, which rust-analyzer knows where its source is installed.
const COMPLETED_WITH_STD: [(&str, &[&str]); 7] = [
    ("for value in [origin()] { value.$ }", POINT),
    ("each(|inner| inner.$)", POINT),
    ("let value = origin(); println!(\"{}\", value.$)", POINT),
    ("let value = origin(); println!(\"{}\", value.$);", POINT),
    ("let value = Some(origin()); value.unwrap().$", POINT),
    ("let list = vec![origin()]; list.iter().map(|value| value.$)", POINT),
    ("let list = vec![origin()]; list.iter().map(|value| value.$).sum::<i32>()", POINT),
];

/// Bodies with the mouse at `$`, and what is told there, among other things.
const EXPLAINED: [(&str, &str); 19] = [
    ("let va$lue = origin(); value.length()", "let value: Point"),
    ("let va$lue = origin(); value.", "let value: Point"),
    ("let value = origin(); va$lue.length();", "let value: Point"),
    ("let value = origin(); va$lue.", "let value: Point"),
    ("let value = origin(); value.len$gth();", "pub fn length(&self) -> i32"),
    ("let value = origin(); value.len$gth(", "How far it is."),
    ("let value = origin(); value.shif$ted(1).", "pub fn shifted(self, by: i32) -> Point"),
    ("let value = origin(); let other = value.shif$ted(1); oth", "pub fn shifted(self, by: i32) -> Point"),
    ("let value = ori$gin(); value.", "pub fn origin() -> Point"),
    ("sta$rt.", "start: Point"),
    ("let value = start; drop(val$ue);", "let value: Point"),
    ("let value = origin(); let moved = val$ue; moved.", "let value: Point"),
    ("let value = start; shown!(val$ue.x); value.", "let value: Point"),
    ("let inner = |value: Point| val$ue.length(); inner.", "value: Point"),
    ("if let Point { x, .. } = origin() { x$ } else { 1 }", "let x: i32"),
    ("match origin() { Point { x, y } => x$ + y. }", "let x: i32"),
    ("let Point { x$, y } = origin();", "let x: i32"),
    ("let Point { x, y } = origin(); x$ + y", "let x: i32"),
    ("let value = async { origin() }; val$ue.await.", "let value"),
];

const EXPLAINED_WITH_STD: [(&str, &str); 7] = [
    ("for val$ue in [origin()] { value. }", "let value: Point"),
    ("for value in [origin()] { val$ue.length(); }", "let value: Point"),
    ("each(|inner| inn$er.length()).", "inner: Point"),
    ("let value = start; println!(\"{}\", val$ue.x);", "let value: Point"),
    ("let value = start; println!(\"{} {va$lue}\", value.);", "let value: Point"),
    ("let val$ue = Some(origin())?; value.", "let value: Point"),
    ("let list = vec![origin()]; let fir$st = list.iter().next(); first.", "Option<&Point>"),
];

/// A workspace with one package for each edition.
struct Workspace {
    folder: PathBuf,
}

impl Workspace {
    fn new() -> Self {
        let folder = scratch("editors");
        let write = |file: &Path, text: &str| {
            fs::create_dir_all(file.parent().unwrap_or(file)).expect("the scratch folder takes folders");
            fs::write(file, text).expect("the scratch folder takes files");
        };
        let runtime = workspace().join("runtime").display().to_string();
        for edition in EDITIONS {
            let manifest = format!(
                "[package]\nname = \"edition{edition}\"\nversion = \"0.1.0\"\nedition = \"{edition}\"\n\n\
                 [dependencies]\ntrace-memory = {{ path = '{runtime}' }}\n"
            );
            write(&folder.join(edition).join("Cargo.toml"), &manifest);
            write(&Self { folder: folder.clone() }.source(edition), ITEMS);
        }
        write(
            &folder.join("Cargo.toml"),
            &format!("[workspace]\nresolver = \"2\"\nmembers = {EDITIONS:?}\n"),
        );
        // The versions that are there, since nothing is to be downloaded.
        fs::copy(workspace().join("Cargo.lock"), folder.join("Cargo.lock")).expect("the versions are locked");
        Self { folder }
    }

    fn source(&self, edition: &str) -> PathBuf {
        self.folder.join(edition).join("src/lib.rs")
    }
}

/// Line and column of a place in a text, both from 0.
fn place(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..at];
    (before.matches('\n').count(), at - before.rfind('\n').map_or(0, |end| end + 1))
}

/// A whole text, and where the cursor is in it.
fn typed(form: &str, attribute: &str, body: &str) -> (String, (usize, usize)) {
    let text = format!("{ITEMS}{}", form.replace('@', attribute).replace("BODY", body));
    let cursor = text.rfind('$').expect("a cursor is in the body");
    let (before, after) = text.split_at(cursor);
    (format!("{before}{}", &after[1..]), place(&text, cursor))
}

/// Starts rust-analyzer, and waits until it runs the attribute.
fn start(program: &Path, workspace: &Workspace) -> RustAnalyzer {
    let mut editor = RustAnalyzer::start(program, &workspace.folder, LIMIT);
    editor.wait();
    for edition in EDITIONS {
        let source = workspace.source(edition);
        let (text, _) = typed(FORMS[0], "#[trace_memory::trace_memory(nonsense)]", "$");
        editor.open(&source, &text);
        let attribute = place(&text, text.find("trace_memory(").expect("the attribute is there"));
        while !editor.expansion(&source, attribute).is_some_and(|text| text.contains("compile_error")) {
            editor.wait();
        }
    }
    editor
}

/// Asks about a body in each edition and form, with the attribute and without, and calls `compare` with what is told.
/// An attribute on a block is another part of the macro, but no other in another edition.
fn ask<T>(
    editor: &mut RustAnalyzer,
    workspace: &Workspace,
    body: &str,
    about: fn(&mut RustAnalyzer, &Path, (usize, usize)) -> T,
    mut compare: impl FnMut(&str, T, T),
) {
    for edition in EDITIONS {
        let source = workspace.source(edition);
        for form in FORMS {
            let [plain, traced] = ["", ATTRIBUTE].map(|attribute| {
                let (text, cursor) = typed(form, attribute, body);
                editor.change(&source, &text);
                about(editor, &source, cursor)
            });
            let head = form.lines().find(|line| line.contains("fn ")).unwrap_or_default().trim();
            compare(&format!("{edition}, {head} {body}"), plain, traced);
        }
    }
}

#[test]
fn half_typed_functions_are_understood() {
    let program = match rust_analyzer() {
        Ok(program) => program,
        Err(reason) => return println!("skipped: {reason}"),
    };
    let workspace = Workspace::new();
    let mut editor = start(&program, &workspace);
    let mut faults = Vec::new();
    let mut asked = 0;

    let mut std_is_known = true;
    ask(&mut editor, &workspace, "let val$ue = String::new();", RustAnalyzer::hover, |_, plain, _| {
        std_is_known &= plain.contains("String");
    });
    if !std_is_known {
        println!("rust-analyzer does not know `std`: where a body needs it, both answers may be empty");
    }

    let completed = COMPLETED.map(|(body, expected)| (body, expected, true));
    let with_std = COMPLETED_WITH_STD.map(|(body, expected)| (body, expected, std_is_known));
    for (body, expected, known) in completed.into_iter().chain(with_std) {
        ask(&mut editor, &workspace, body, RustAnalyzer::completions, |name, plain, traced| {
            asked += 1;
            let missing = expected.iter().filter(|label| !plain.iter().any(|item| item.starts_with(**label)));
            let missing: Vec<_> = missing.filter(|_| known).collect();
            if !missing.is_empty() {
                faults.push(format!("{name}: {missing:?} is not proposed without the attribute: {plain:?}"));
            }
            if plain != traced {
                let lost: Vec<_> = plain.iter().filter(|item| !traced.contains(item)).collect();
                let added: Vec<_> = traced.iter().filter(|item| !plain.contains(item)).collect();
                faults.push(format!("{name}\n  no longer proposed: {lost:?}\n  proposed: {added:?}"));
            }
        });
    }

    let explained = EXPLAINED.map(|(body, expected)| (body, expected, true));
    let with_std = EXPLAINED_WITH_STD.map(|(body, expected)| (body, expected, std_is_known));
    for (body, expected, known) in explained.into_iter().chain(with_std) {
        ask(&mut editor, &workspace, body, RustAnalyzer::hover, |name, plain, traced| {
            asked += 1;
            if known && !plain.contains(expected) {
                faults.push(format!("{name}: `{expected}` is not told without the attribute: {plain}"));
            }
            if plain != traced {
                faults.push(format!("{name}\n--- without the attribute\n{plain}\n--- with it\n{traced}"));
            }
        });
    }
    println!("{asked} questions with and without the attribute");
    assert!(faults.is_empty(), "{} of {asked}:\n{}", faults.len(), faults.join("\n"));
}
