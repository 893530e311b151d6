//! Programs that have no attribute, in a workspace with everything that makes a copy hard.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use trace_memory::event::Kind;

use crate::fixture::{Fixture, Ran, files};

/// Where `fn name` stands in the files, with the place that the compiler has for each file.
fn lines() -> BTreeMap<String, (String, u32)> {
    let mut all = BTreeMap::new();
    let fixture = Path::new(env!("CARGO_TARGET_TMPDIR")).join("run");
    for (path, text) in files() {
        let shown =
            path.strip_prefix("ws/").map_or_else(|| fixture.join(&path).display().to_string(), str::to_owned);
        for (number, line) in text.lines().enumerate() {
            let Some((_, rest)) = line.split_once("fn ") else { continue };
            let name = rest.split('(').next().unwrap_or_default().to_owned();
            all.insert(
                format!("{path} {name}"),
                (shown.clone(), u32::try_from(number + 1).expect("it is short")),
            );
        }
    }
    all
}

#[test]
fn everything_is_traced_and_the_source_is_as_it_was() {
    let fixture = Fixture::new();
    let before = fixture.contents();
    // What is known from an earlier run.
    let _ = fs::remove_file(fixture.path("ws/target/trace-memory/all/refused.json"));
    let ran = fixture.run("ws/app", &["--all", "--verbose", "--", "some", "words"]);
    assert_eq!(ran.stdout(), "hello 0 1 14\n5\n2\n", "{}", ran.said());
    assert_eq!(ran.output.status.code(), Some(0));
    assert_eq!(fixture.contents(), before);
    let said = ran.said();
    let (said, _) = said.split_once("       Trace ").expect("there is a trace");
    assert_eq!(
        said,
        "    Retrying with the frame only of 1 function, and 0 left alone
    Retrying with the frame only of 0 functions, and 1 left alone
      Traced 10 of 14 functions in 7 files
  Left alone 1 `const fn`, 1 refused by the compiler with the attribute, 1 shared with a build script or a procedural \
         macro, 1 written in a macro
             app/src/deep/further.rs:1: `with_a_module`: refused by the compiler with the attribute: file modules in proc \
         macro input are unstable
             app/src/main.rs:32: `never_traced`: `const fn`
             app/src/main.rs: 1 written in a macro
             app/src/shared.rs:1: `seven`: shared with a build script or a procedural macro
"
    );
    let expected = [
        ("app::deep::down", "ws/app/src/deep/mod.rs down"),
        ("app::deep::further::with_a_module::aside::one", "ws/app/src/deep/aside.rs one"),
        ("app::deep::down::inner", "ws/app/src/deep/mod.rs inner"),
        ("app::ending", "ws/app/src/main.rs ending"),
        ("app::greeting", "ws/app/src/main.rs greeting"),
        ("app::main", "ws/app/src/main.rs main"),
        ("shapes::area", "ws/shapes/src/lib.rs area"),
        ("side::left", "side/src/lib.rs left"),
        ("words::longest", "ws/words/src/lib.rs longest"),
    ];
    let lines = lines();
    let mut expected: BTreeMap<_, _> =
        expected.map(|(name, key)| (name.to_owned(), lines[key].clone())).into();
    // A closure is a frame of its own.
    expected.insert("words::longest::{{closure}}".to_owned(), ("words/src/lib.rs".to_owned(), 2));
    assert_eq!(ran.functions(), expected);
}

/// What stands in the original from the place of each statement on that allocates.
fn statements(fixture: &Fixture, ran: &Ran) -> BTreeSet<String> {
    let (is_heap_seen, events) = ran.events();
    assert!(is_heap_seen);
    let (mut frames, mut seen) = (BTreeMap::new(), BTreeSet::new());
    for event in &events {
        match &event.kind {
            Kind::Enter(enter) => _ = frames.insert(event.frame, enter.file.to_string()),
            Kind::Alloc(heap) => {
                let (Some(file), Some(at)) = (frames.get(&event.frame), heap.at.as_ref()) else { continue };
                let text =
                    fs::read_to_string(fixture.path("ws").join(file)).expect("it is a file of the original");
                let line = text.lines().nth(at.line as usize - 1).expect("it has the line");
                let rest: String = line.chars().skip(at.column as usize - 1).collect();
                seen.insert(rest);
            }
            _ => {}
        }
    }
    seen
}

#[test]
fn statements_have_their_lines_and_columns() {
    let fixture = Fixture::new();
    let seen = statements(&fixture, &fixture.run("ws/app", &["--all", "--", "some", "words"]));
    let expected = [
        "let area = Box::new(side * side);",
        "let bytes = vec![0; levels as usize];",
        "let halves = vec![*number / 2; 2];",
        "let mut text = String::from(GREETING.trim_end());",
        "let owned = found.cloned().unwrap_or_default();",
        "let piece = format!(\" {number}\"); text.push_str(&piece); }",
        "let words: Vec<String> = std::env::args().skip(1).collect();",
        "println!(\"{text} {}\", shared::seven() + FROM_SCRIPT);",
    ];
    assert_eq!(seen, expected.map(str::to_owned).into());
}

#[test]
fn functions_that_share_a_line_have_their_columns() {
    let fixture = Fixture::new();
    let seen = statements(&fixture, &fixture.run("ws/app", &["--all", "--bin", "hostile"]));
    let expected = [
        "let boxed = Box::new(1); drop(boxed); }",
        "let first = String::from(\"a\"); drop(first); One::new(); } fn other() { let boxed = Box::new(1); drop(boxed); }",
        "let more = vec![1]; drop(more); One } }",
    ];
    assert_eq!(seen, expected.map(str::to_owned).into());
}

/// When each file of the copy was written.
fn times(folder: &Path) -> BTreeMap<PathBuf, SystemTime> {
    let (mut open, mut all) = (vec![folder.to_owned()], BTreeMap::new());
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).expect("there is a copy") {
            let path = entry.expect("there is a copy").path();
            if path.is_dir() {
                open.push(path);
            } else {
                let time =
                    fs::metadata(&path).and_then(|metadata| metadata.modified()).expect("it is a file");
                all.insert(path, time);
            }
        }
    }
    all
}

#[test]
fn only_what_changed_is_copied() {
    let fixture = Fixture::new();
    let copy = fixture.path("ws/target/trace-memory/all/source");
    fixture.run("ws/app", &["--all"]);
    let first = times(&copy);
    fixture.run("ws/app", &["--all"]);
    assert_eq!(times(&copy), first);
    fixture.write("ws/data/greeting.txt", "good day\n");
    fixture.write("ws/words/src/extra.rs", "");
    let ran = fixture.run("ws/app", &["--all"]);
    assert!(ran.stdout().starts_with("good day 14\n"), "{}", ran.stdout());
    let second = times(&copy);
    let changed: Vec<&PathBuf> =
        second.iter().filter(|(path, time)| first.get(*path) != Some(time)).map(|(path, _)| path).collect();
    assert_eq!(changed, [&copy.join("ws/data/greeting.txt"), &copy.join("ws/words/src/extra.rs")]);
    fs::remove_file(fixture.path("ws/words/src/extra.rs")).expect("it was written");
    fixture.write("ws/data/greeting.txt", "hello\n");
    let ran = fixture.run("ws/app", &["--all"]);
    assert!(ran.stdout().starts_with("hello 14\n"), "{}", ran.stdout());
    assert!(!copy.join("ws/words/src/extra.rs").exists());
    assert!(!copy.join("ws/target").exists());
}

#[test]
fn the_end_of_a_program_is_passed_on() {
    let fixture = Fixture::new();
    assert_eq!(fixture.run("ws/app", &["--all", "--", "exit"]).output.status.code(), Some(7));
    assert_eq!(fixture.run("ws/app", &["--all", "--", "abort"]).output.status.signal(), Some(6));
}

#[test]
fn tests_run_in_their_package() {
    let fixture = Fixture::new();
    let ran = fixture.run("ws/app", &["--all", "--test", "it"]);
    assert_eq!(ran.output.status.code(), Some(0), "{}{}", ran.stdout(), ran.said());
    assert_eq!(ran.functions()["it::in_the_package"], ("app/tests/it.rs".to_owned(), 2));
    assert!(ran.events().0, "a test has the allocator, too");
    let ran = fixture.run("ws", &["--all", "-p", "shapes", "--lib"]);
    assert_eq!(ran.output.status.code(), Some(0), "{}{}", ran.stdout(), ran.said());
    assert_eq!(ran.functions()["shapes::area"], ("shapes/src/lib.rs".to_owned(), 8));
}

#[test]
fn an_allocator_of_the_programs_own_goes_on_counting() {
    let fixture = Fixture::new();
    for (features, count) in [("", 0), ("counted", 1)] {
        let ran = fixture.run("ws/app", &["--all", "--bin", "counted", "--features", features]);
        assert_eq!(ran.stdout(), format!("{count} 1\n"), "{}", ran.said());
        assert!(ran.events().0, "the heap is seen");
    }
}

/// What was found out about what the compiler refuses.
const FOUND_OUT: &str = "      Traced 2 of 6 functions in 1 file
 Frames only 2 refused by the compiler otherwise
             src/main.rs:13: `with_its_frame`: too much: locals, here
             src/main.rs:24: `without_a_place`: too much: locals, nowhere
  Left alone 1 made `const` by an attribute, 1 refused by the compiler with the attribute
             src/main.rs:19: `left_alone`: refused by the compiler with the attribute: too much: everything, here
             src/main.rs:29: `made_const`: made `const` by an attribute
";

#[test]
fn what_is_refused_keeps_its_frame_if_it_can() {
    let fixture = Fixture::new();
    let known = fixture.path("hurdles/target/trace-memory/all/refused.json");
    let _ = fs::remove_file(&known);
    let ran = fixture.run("hurdles", &["--all", "--verbose"]);
    assert_eq!(ran.stdout(), "1 3 15\n", "{}", ran.said());
    assert!(ran.said().contains(FOUND_OUT), "{}", ran.said());
    let functions = ran.functions();
    let names: Vec<&str> = functions.keys().map(String::as_str).collect();
    let expected = ["inner::main", "main", "with_its_frame", "without_a_place"];
    assert_eq!(names, expected.map(|name| format!("hurdles::{name}")));
    // The next run knows, as does one after an earlier version, which left them alone.
    let ran = fixture.run("hurdles", &["--all", "--verbose"]);
    assert!(ran.said().starts_with(FOUND_OUT), "{}", ran.said());
    let text = fs::read_to_string(&known).expect("it is remembered");
    let hash = text.split("\"hash\":").nth(1).and_then(|rest| rest.split(',').next()).expect("of a file");
    let path = fixture.path("hurdles/src/main.rs").display().to_string();
    let before =
        format!("{{\"{path}\":{{\"hash\":{hash},\"functions\":{{\"1\":\"too much: locals, here\"}}}}}}");
    fs::write(&known, before).expect("the folder is writable");
    let ran = fixture.run("hurdles", &["--all", "--verbose"]);
    assert!(ran.said().contains(FOUND_OUT), "{}", ran.said());
    assert!(!ran.said().contains("Retrying with the frame only of 3 functions"), "{}", ran.said());
}

#[test]
fn errors_are_those_of_the_original() {
    let fixture = Fixture::new();
    let ran = fixture.run("ws/app", &["--all", "--bin", "broken", "--features", "broken"]);
    assert_eq!(ran.output.status.code(), Some(101));
    let expected = "error[E0308]: mismatched types
 --> app/src/bin/broken.rs:2:23
  |
2 |     let number: u32 = \"text\";
  |                 ---   ^^^^^^ expected `u32`, found `&str`
  |                 |
  |                 expected due to this

";
    assert!(ran.said().contains(expected), "{}", ran.said());
    let end = "error: `broken` does not build
 help: that was its copy in `[folder]/ws/target/trace-memory/all/source`; without `--all`, the original is built
";
    assert!(ran.said().ends_with(end), "{}", ran.said());
}
