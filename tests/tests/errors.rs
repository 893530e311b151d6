//! The user's own mistakes read as they do without the attribute.
//!
//! Each program of `ui/errors` is compiled with the attribute and with one that changes nothing, in each edition. What
//! the compiler says is compared by code, message and primary span. `ui.rs` keeps the texts.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use trace_memory_tests::compiler::{Attribute, Compiled, Compiler, in_parallel};
use trace_memory_tests::{files, scratch, workspace};

const EDITIONS: [&str; 3] = ["2018", "2021", "2024"];

/// A program of which something reads otherwise with the attribute.
struct Otherwise {
    program: &'static str,
    editions: &'static [&'static str],
    /// Why it is not mended.
    reason: &'static str,
    /// What is missing (`-`), and what is there instead (`+`).
    lines: &'static [&'static str],
}

const OTHERWISE: [Otherwise; 6] = [
    Otherwise {
        program: "assigned-twice",
        editions: &EDITIONS,
        reason: "a guard looks at each value of a local, and so none is unused",
        lines: &["- warning unused_assignments: value assigned to `text` is never read at 5:16-5:33"],
    },
    Otherwise {
        program: "assigned-while-borrowed",
        editions: &EDITIONS,
        reason: "a guard looks at each value of a local, and so none is unused",
        lines: &["- warning unused_assignments: value assigned to `text` is never read at 7:5-7:9"],
    },
    Otherwise {
        program: "not-send",
        editions: &EDITIONS,
        reason: "for the argument of a call, the compiler looks for a place that the attribute did not make",
        lines: &[
            "- error E0277: `Rc<String>` cannot be sent between threads safely at 6:37-6:55",
            "+ error E0277: `Rc<String>` cannot be sent between threads safely at 3:1-3:16",
        ],
    },
    Otherwise {
        program: "returns-reference-to-parameter",
        editions: &EDITIONS,
        reason: "a parameter that may need dropping is a local of the body",
        lines: &[
            "- error E0515: cannot return reference to function parameter `text` at 5:5-5:10",
            "+ error E0515: cannot return reference to local variable `text` at 5:5-5:10",
        ],
    },
    Otherwise {
        program: "type-mismatch-of-temporary",
        editions: &EDITIONS,
        reason: "the copy that asks whether the call takes the temporary is wrong as well",
        lines: &["+ error E0308: mismatched types at 5:22-5:28"],
    },
    Otherwise {
        program: "unused-parens",
        editions: &EDITIONS,
        reason: "the compiler proposes no change around what the attribute made",
        lines: &[
            "- error unused_parens: unnecessary parentheses around assigned value at 6:18-6:19, 6:29-6:30",
            "+ error unused_parens: unnecessary parentheses around assigned value at 6:18-6:30",
        ],
    },
];

fn check(source: &Path, edition: &str, attribute: Attribute) -> Compiled {
    Compiler::rustc(source, edition, attribute).check()
}

/// What the compiler says without the attribute only, and with it only.
fn differences(source: &Path, edition: &str) -> Vec<String> {
    let [plain, traced] =
        [Attribute::Plain, Attribute::Traced].map(|attribute| check(source, edition, attribute));
    let mut added: Vec<String> = traced.messages().map(ToString::to_string).collect();
    let mut differences = Vec::new();
    for message in plain.messages().map(ToString::to_string) {
        match added.iter().position(|other| *other == message) {
            Some(same) => _ = added.remove(same),
            None => differences.push(format!("- {message}")),
        }
    }
    differences.extend(added.iter().map(|message| format!("+ {message}")));
    let names = traced.messages().filter(|message| message.shows_hidden());
    differences
        .extend(names.map(|message| format!("shows a name of the expansion:\n{}", message.rendered())));
    differences
}

fn programs() -> Vec<PathBuf> {
    files(&workspace().join("tests/ui/errors"), &["rs"])
}

fn name(source: &Path) -> String {
    source.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

#[test]
fn messages_are_the_same() {
    let programs = programs();
    assert!(programs.len() > 40, "the programs are found");
    let known: BTreeSet<String> = programs.iter().map(|source| name(source)).collect();
    let page = fs::read_to_string(workspace().join("docs/forms.md")).expect("the page is there");
    for other in &OTHERWISE {
        let row = page.lines().find(|line| line.contains(&format!("`{}`", other.program)));
        let told = row.is_some_and(|row| row.contains(other.reason));
        assert!(known.contains(other.program) && told, "docs/forms.md tells of {}", other.program);
    }
    let pairs: Vec<_> =
        programs.iter().flat_map(|source| EDITIONS.map(|edition| (source, edition))).collect();
    let faults = in_parallel(&pairs, |(source, edition)| {
        let listed = |other: &&Otherwise| other.program == name(source) && other.editions.contains(edition);
        let expected = OTHERWISE.iter().find(listed).map_or(&[][..], |other| other.lines);
        let actual = differences(source, edition);
        (actual != expected).then(|| {
            format!("{} in {edition}\n  {}\n  expected {expected:?}", name(source), actual.join("\n  "))
        })
    });
    let faults: Vec<String> = faults.into_iter().flatten().collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Every program is one that the compiler has something to say about, in some edition.
#[test]
fn programs_are_erroneous() {
    let silent: Vec<String> = in_parallel(&programs(), |source| {
        let said = |edition| check(source, edition, Attribute::Plain).messages().count();
        (said("2018") + said("2024") == 0).then(|| name(source))
    })
    .into_iter()
    .flatten()
    .collect();
    assert!(silent.is_empty(), "{silent:?}");
}

/// The comparison can fail.
#[test]
fn another_message_is_found() {
    let source = scratch("other.rs");
    let text =
        "#[cfg(traced)]\nfn f() -> u8 { 300 }\n#[cfg(not(traced))]\nfn f() -> u8 { __tm }\nfn main() {}\n";
    fs::write(&source, text).expect("the temporary folder takes files");
    let headlines = |options: &[&str]| {
        let compiler = Compiler::rustc(&source, "2024", Attribute::Plain).args(options.iter().copied());
        let checked = compiler.check();
        assert!(!checked.success);
        checked.messages().map(ToString::to_string).collect::<Vec<_>>()
    };
    let plain = headlines(&[]);
    assert_eq!(plain, ["error E0425: cannot find value `__tm` in this scope at 4:16-4:20"]);
    assert_ne!(headlines(&["--cfg", "traced"]), plain);
}
