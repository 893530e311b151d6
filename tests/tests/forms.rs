//! Each form of function does with the attribute what it does without it. `docs/forms.md` is the list.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use trace_memory_tests::compiler::{Attribute, Compiled, Compiler, in_parallel, is_test};
use trace_memory_tests::{Program, Run, files, scratch, workspace};

const EDITIONS: [&str; 4] = ["2015", "2018", "2021", "2024"];

fn docs() -> PathBuf {
    workspace().join("docs")
}

fn page() -> String {
    fs::read_to_string(docs().join("forms.md")).expect("the page is there")
}

/// The cells of the rows below a heading.
fn rows<'p>(page: &'p str, heading: &str) -> Vec<Vec<&'p str>> {
    let below = page.split_once(&format!("## {heading}\n")).expect("the heading is there").1;
    let section = below.split("\n## ").next().unwrap_or_default();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    rows.skip(1).map(|row| row.split(" | ").map(str::trim).collect()).collect()
}

/// The files that a cell links to.
fn links(cell: &str) -> impl Iterator<Item = PathBuf> {
    let targets = cell.split("](").skip(1).filter_map(|rest| rest.split_once(')').map(|(target, _)| target));
    targets.map(|target| {
        let path = docs().join(target);
        path.canonicalize().unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    })
}

/// The programs, each with the editions it compiles in.
fn programs(page: &str) -> Vec<(PathBuf, Vec<&str>)> {
    let rows = rows(page, "By program").into_iter();
    rows.map(|row| {
        let editions: Vec<&str> = row[1].split(", ").collect();
        assert!(editions.iter().all(|edition| EDITIONS.contains(edition)), "{row:?}");
        (links(row[0]).next().expect("a program has its file"), editions)
    })
    .collect()
}

#[test]
fn the_page_is_whole() {
    let page = page();
    let forms = rows(&page, "By form");
    let numbers: Vec<&str> = forms.iter().map(|row| row[0]).filter(|number| *number != "–").collect();
    assert_eq!(numbers, (1..=27).map(|number| format!("G{number}")).collect::<Vec<_>>());
    let shown: BTreeSet<PathBuf> = forms.iter().flat_map(|row| links(row[2])).collect();
    let folders = ["tests/ui/accepted", "tests/forms"].map(|folder| workspace().join(folder));
    let present: BTreeSet<PathBuf> = folders
        .iter()
        .flat_map(|folder| files(folder, &["rs"]))
        .map(|path| path.canonicalize().expect("it is there"))
        .collect();
    let listed: BTreeSet<PathBuf> = programs(&page).into_iter().map(|(path, _)| path).collect();
    assert_eq!(listed, present, "the programs of the page are those that are there");
    let without_a_form: Vec<_> = listed.difference(&shown).collect();
    assert!(without_a_form.is_empty(), "{without_a_form:?} show no form");
}

/// The program. Its warnings are told by the test of lints.
fn compiled(source: &Path, edition: &str, attribute: Attribute) -> Compiled {
    Compiler::rustc(source, edition, attribute).args(["--cap-lints=allow"]).link()
}

/// The compiled program, ready to run.
fn program(source: &Path, compiled: &Compiled) -> Program {
    let program = Program::new(&compiled.output);
    if is_test(source) { program.arg("--test-threads=1") } else { program }
}

/// What of a run is the program's own. The numbers of threads and times differ from run to run.
fn behaviour(run: &Run) -> String {
    let own = |line: &str| {
        let line = line.split("; finished in ").next().unwrap_or_default();
        match (line.find("' ("), line.find(") panicked at ")) {
            (Some(start), Some(end)) => format!("{}{}", &line[..=start], &line[end + 1..]),
            _ => line.to_owned(),
        }
    };
    let lines = run.stdout.lines().chain(["--- stderr"]).chain(run.stderr.lines());
    let lines = lines.filter(|line| !line.starts_with("trace-memory: ")).map(own);
    format!("{}\n--- status {:?}", lines.collect::<Vec<_>>().join("\n"), run.status)
}

/// What is wrong with a program in an edition.
fn fault(source: &Path, edition: &str, expected: bool) -> Option<String> {
    let plain = compiled(source, edition, Attribute::Plain);
    if plain.success != expected {
        let messages: Vec<_> = plain.messages().map(ToString::to_string).collect();
        return Some(format!("compiles without the attribute: {}\n{}", plain.success, messages.join("\n")));
    }
    let traced = compiled(source, edition, Attribute::Traced);
    if traced.success != plain.success {
        let messages: Vec<_> = traced.messages().map(|message| message.rendered().to_owned()).collect();
        return Some(format!("compiles with the attribute: {}\n{}", traced.success, messages.concat()));
    }
    if !expected {
        return None;
    }
    let without = behaviour(&program(source, &plain).run());
    let (with, trace) = program(source, &traced).trace();
    let with = behaviour(&with);
    let entered = trace.events("enter").count();
    if with != without {
        return Some(format!("differs\n--- without\n{without}\n--- with\n{with}"));
    }
    (entered == 0).then(|| "nothing was traced".to_owned())
}

#[test]
fn programs_behave_as_without_the_attribute() {
    let page = page();
    let programs = programs(&page);
    let listed = |(source, editions): &(PathBuf, Vec<&str>)| {
        let editions = editions.clone();
        let source = source.clone();
        EDITIONS.map(|edition| (source.clone(), edition, editions.contains(&edition)))
    };
    // Edition 2015 is left alone, but for what only it has.
    let all = programs.iter().flat_map(listed);
    let all: Vec<_> = all.filter(|(_, edition, expected)| *expected || *edition != "2015").collect();
    assert!(all.len() > 100, "the programs are found");
    let faults = in_parallel(&all, |(source, edition, expected)| {
        let name = source.file_stem().unwrap_or_default().to_string_lossy();
        fault(source, edition, *expected).map(|fault| format!("{name} in {edition} {fault}"))
    });
    let faults: Vec<String> = faults.into_iter().flatten().collect();
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

/// Edition 2015 has functions that the attribute leaves alone, and says so.
#[test]
fn what_only_edition_2015_has_is_told() {
    let source = workspace().join("tests/forms/old-syntax.rs");
    let traced = Compiler::rustc(&source, "2015", Attribute::Traced).check();
    let told: Vec<String> = traced.messages().map(ToString::to_string).collect();
    let left_alone = told.iter().filter(|message| {
        message.starts_with("warning deprecated: ") && message.contains("its syntax is that of edition 2015")
    });
    assert_eq!(left_alone.count(), 2, "{told:?}");
}

/// What is refused is refused in the same words, at the same place, in each edition.
#[test]
fn refusals_read_the_same_in_each_edition() {
    let source = scratch("refused.rs");
    let text = "extern crate trace_memory;\n\n#[trace_memory::trace_memory]\npub const fn one() -> u8 {\n    1\n}\n\nfn main() {}\n";
    fs::write(&source, text).expect("the temporary folder takes files");
    for edition in EDITIONS {
        let refused = Compiler::rustc(&source, edition, Attribute::Traced).check();
        let told: Vec<String> = refused.messages().map(ToString::to_string).collect();
        let [error] = &told[..] else { panic!("{edition}: {told:?}") };
        assert!(
            error.starts_with("error -: `#[trace_memory]` cannot trace a `const fn`"),
            "{edition}: {error}"
        );
        assert!(error.ends_with(" at 4:5-4:10"), "{edition}: {error}");
    }
}
