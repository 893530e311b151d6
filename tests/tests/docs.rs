//! The pages in `docs`: what they quote is what the code says and prints now, and the tests they name are there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use trace_memory_tests::corpus::source;
use trace_memory_tests::{Program, Trace, example_program, golden, workspace};

const LESSON: &str = "drop_order_lesson";

fn read(path: impl AsRef<Path>) -> String {
    let path = workspace().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The example behind the chapter on drop order.
struct Lesson {
    text: String,
    program: PathBuf,
}

impl Lesson {
    fn new() -> Self {
        // Builds it. The program is run many times, and built once.
        let _ = Program::example(LESSON);
        Self { text: read(format!("examples/{LESSON}.rs")), program: example_program(LESSON) }
    }

    /// The functions that its first argument can name.
    fn runnable(&self) -> Vec<&str> {
        let arms = self.text.lines().filter_map(|line| line.trim().strip_prefix('"')?.split_once("\" => "));
        arms.map(|(name, function)| {
            assert_eq!(format!("{name},"), function, "a function is run by its own name");
            name
        })
        .collect()
    }

    /// The functions with the attribute.
    fn traced(&self) -> Vec<&str> {
        let after = self.text.split("#[trace_memory]\n").skip(1);
        let heads = after.map(|text| text.split('(').next().unwrap_or_default());
        heads.filter(|head| !head.starts_with(' ')).filter_map(|head| head.split("fn ").nth(1)).collect()
    }

    /// The lines of an item, with their numbers: `name` is a function, or `struct S`, or `impl T for S`.
    fn item(&self, name: &str) -> String {
        let heads =
            [format!("fn {name}("), format!("async fn {name}("), format!("{name} {{"), format!("{name}(")];
        let lines: Vec<&str> = self.text.lines().collect();
        let head = lines
            .iter()
            .position(|line| heads.iter().any(|head| line.starts_with(head)))
            .unwrap_or_else(|| panic!("examples/{LESSON}.rs has no item `{name}`"));
        let attributes = lines[..head].iter().rev().take_while(|line| line.starts_with("#[")).count();
        let ends = |line: &&str| {
            *line == "}" || (line.starts_with(|c: char| c.is_alphabetic()) && line.ends_with([';', '}']))
        };
        let length = lines[head..].iter().position(ends).expect("an item ends");
        let numbered =
            (head - attributes..=head + length).map(|index| format!("{:3}  {}", index + 1, lines[index]));
        numbered.map(|line| line.trim_end().to_owned() + "\n").collect()
    }

    /// The tree of a function.
    fn trace(&self, name: &str) -> String {
        assert!(self.runnable().contains(&name), "examples/{LESSON}.rs cannot run `{name}`");
        let run = Program::new(&self.program).arg(name).env("TRACE_MEMORY_STABLE", "1").run();
        assert_eq!((run.status, run.stdout.as_str()), (Some(0), ""), "{name}: {}", run.stderr);
        let (tree, _) = run.stderr.split_once("\nmemory summary\n").expect("the summary is behind the tree");
        tree.to_owned()
    }
}

/// What stands between the marker and the end of the comment.
fn marker<'l>(line: &'l str, kind: &str) -> Option<Vec<&'l str>> {
    let names = line.strip_prefix(&format!("<!-- {kind}: "))?.strip_suffix(" -->")?;
    Some(names.split(", ").collect())
}

/// The page, with what the program says now behind each marker.
fn rebuilt(page: &str, lesson: &Lesson) -> String {
    let mut built = String::new();
    let mut lines = page.lines().peekable();
    while let Some(line) = lines.next() {
        built.extend([line, "\n"]);
        let (language, blocks): (_, Vec<String>) = if let Some(names) = marker(line, "source") {
            ("rust", names.iter().map(|name| lesson.item(name)).collect())
        } else if let Some(names) = marker(line, "trace") {
            ("text", names.iter().map(|name| lesson.trace(name)).collect())
        } else {
            continue;
        };
        built.extend(["```", language, "\n", &blocks.join("\n"), "```\n"]);
        if lines.next_if(|line| line.starts_with("```")).is_some() {
            let _ = lines.by_ref().find(|line| *line == "```");
        }
    }
    built
}

#[test]
fn drop_order_quotes_the_lesson() {
    let (page, lesson) = (read("docs/drop-order.md"), Lesson::new());
    let named = |kind| page.lines().filter_map(|line| marker(line, kind)).flatten().collect::<BTreeSet<_>>();
    let (sources, traces) = (named("source"), named("trace"));
    assert!(lesson.runnable().len() > 12 && lesson.traced().len() >= lesson.runnable().len());
    for name in lesson.runnable() {
        assert!(traces.contains(name), "docs/drop-order.md has no trace of `{name}`");
    }
    for name in lesson.traced() {
        assert!(sources.contains(name), "docs/drop-order.md has no source of `{name}`");
    }
    golden(&rebuilt(&page, &lesson), workspace().join("docs/drop-order.md"));
}

/// The names `program::function` in the code spans of a page.
fn tests_named(page: &str) -> BTreeSet<(&str, &str)> {
    let spans = page.lines().flat_map(|line| line.split('`').skip(1).step_by(2));
    let paths = spans.filter_map(|span| span.split_once("::"));
    paths.filter(|(program, _)| program.starts_with("drops_")).collect()
}

/// The names in a list of `tests/tests/drop_order.rs`.
fn list<'t>(text: &'t str, name: &str) -> Vec<&'t str> {
    let (_, after) = text.split_once(&format!("const {name}: ")).expect("the list is there");
    let (_, after) = after.split_once(" = [").expect("it is a list");
    after.split("];").next().unwrap_or_default().split('"').skip(1).step_by(2).collect()
}

#[test]
fn certainty_names_the_tests() {
    let page = read("docs/certainty.md");
    let named = tests_named(&page);
    for (program, function) in &named {
        let text = fs::read_to_string(source(program)).unwrap_or_default();
        let is_there = text.contains(&format!("fn {function}("));
        assert!(is_there, "`{program}::{function}` of docs/certainty.md is not in tests/programs");
    }
    let lists = read("tests/tests/drop_order.rs");
    for name in ["UNCERTAIN", "UNKNOWN_MACROS"].map(|name| list(&lists, name)).concat() {
        let is_named = named.iter().any(|(_, function)| *function == name);
        assert!(is_named, "docs/certainty.md does not say why `{name}` is uncertain");
    }
    let rows = page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| case "));
    for row in rows {
        assert!(!tests_named(row).is_empty(), "docs/certainty.md has a case without a test: {row}");
    }
}

/// Runs each function of `drops_limits`: its drops, and the trace.
fn limits() -> Vec<(String, Vec<String>, Trace)> {
    let program = env!("CARGO_BIN_EXE_drops_limits");
    let all = Program::new(program).env("TRACE_MEMORY", "off").run();
    let run = |function: &str| {
        let (run, trace) = Program::new(program).arg(function).trace();
        let dropped = run.stdout.lines().filter_map(|line| line.strip_prefix("drop "));
        (function.to_owned(), dropped.map(str::to_owned).collect(), trace)
    };
    all.functions().map(run).collect()
}

/// A gap that is closed fails here, and so leaves the page.
#[test]
fn what_is_said_to_have_no_row_has_none() {
    let page = read("docs/certainty.md");
    let mut gaps = 0;
    for (function, dropped, trace) in limits() {
        let is_named = tests_named(&page).contains(&("drops_limits", function.as_str()));
        assert!(is_named, "docs/certainty.md does not name `drops_limits::{function}`");
        if !dropped.iter().any(|name| name == "untold") {
            continue;
        }
        gaps += 1;
        let told: Vec<&str> = dropped.iter().map(String::as_str).filter(|name| *name != "untold").collect();
        let rows: Vec<&str> = trace.events("drop").filter_map(|event| event["local"].as_str()).collect();
        assert_eq!(rows, told, "{function}");
        assert!(trace.events("drop").all(|event| event["certain"] == true), "{function}");
    }
    assert!(gaps > 10, "the functions are found: {gaps}");
}

#[test]
fn what_is_said_to_be_uncertain_is() {
    let mut doubts = 0;
    for (function, dropped, trace) in limits() {
        if dropped.iter().any(|name| name == "untold") {
            continue;
        }
        doubts += 1;
        let mut whys = trace.events("drop").filter_map(|event| event["why"].as_str()).peekable();
        assert!(whys.peek().is_some(), "{function} has drops that are not certain");
        assert!(whys.all(|why| why == "maybe_moved"), "{function}");
    }
    assert_eq!(doubts, 9);
}
