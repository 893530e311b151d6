//! Programs that have the attribute.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::process::Stdio;

use crate::fixture::{Fixture, files};

#[test]
fn a_program_keeps_its_streams_and_its_status() {
    let fixture = Fixture::new();
    let ran = fixture.finish("plain", |fixture| {
        let mut child =
            fixture.command("plain", &["--", "status"]).stdin(Stdio::piped()).spawn().expect("it was built");
        child.stdin.take().expect("it is piped").write_all(b"of stdin\n").expect("it is read");
        child.wait_with_output().expect("it was started")
    });
    assert_eq!(ran.output.status.code(), Some(7));
    assert_eq!(ran.stdout(), "of stdin\n");
    let heap = "2 calls; ";
    let said = ran.said();
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines[0], "to stderr");
    assert_eq!(lines[1], "       Trace target/trace-memory/plain-[pid]-[time].bin ([size])");
    assert!(lines[2].trim_start().starts_with(heap), "{said}");
    assert_eq!(lines[3..], ["        Next cargo trace-memory summary latest"]);
    let source = &files()["plain/src/main.rs"];
    let line =
        |text: &str| u32::try_from(source.lines().position(|line| line == text).expect("it is there") + 1);
    let functions = ran.functions();
    let expected = [("plain::end", "fn end(way: &str) {"), ("plain::main", "fn main() {")];
    let expected =
        expected.map(|(name, text)| (name.to_owned(), ("src/main.rs".to_owned(), line(text).unwrap())));
    assert_eq!(functions.into_iter().collect::<Vec<_>>(), expected);
}

#[test]
fn an_abort_is_passed_on_and_the_trace_is_there() {
    let fixture = Fixture::new();
    let ran = fixture.run("plain", &["--", "abort"]);
    assert_eq!(ran.output.status.signal(), Some(6), "{}", ran.said());
    assert!(ran.said().contains("       Ended the program, by SIGABRT (6)\n"), "{}", ran.said());
    assert_eq!(ran.functions().len(), 2);
}

#[test]
fn a_signal_reaches_the_program() {
    let fixture = Fixture::new();
    let ran = fixture.finish("plain", |fixture| {
        let mut child =
            fixture.command("plain", &["--", "wait"]).stdin(Stdio::piped()).spawn().expect("it was built");
        let mut stdin = child.stdin.take().expect("it is piped");
        stdin.write_all(b"ready\n").expect("it is read");
        let mut line = String::new();
        let stdout = child.stdout.as_mut().expect("it is piped");
        BufReader::new(stdout).read_line(&mut line).expect("it is text");
        assert_eq!(line, "ready\n");
        let killed = std::process::Command::new("kill").arg("-TERM").arg(child.id().to_string()).status();
        assert!(killed.expect("`kill` is there").success());
        let output = child.wait_with_output().expect("it was started");
        // The program would have waited for the end of its input.
        drop(stdin);
        output
    });
    assert_eq!(ran.output.status.signal(), Some(15), "{}", ran.said());
    assert_eq!(ran.functions().len(), 2);
}

#[test]
fn examples_and_tests() {
    let fixture = Fixture::new();
    let ran = fixture.run("plain", &["--example", "small"]);
    assert_eq!((ran.output.status.code(), ran.stdout().as_str()), (Some(0), "plain\n"));
    assert_eq!(ran.functions()["small::main"], ("examples/small.rs".to_owned(), 2));
    let ran = fixture.run("plain", &["--test", "it"]);
    assert_eq!(ran.output.status.code(), Some(0), "{}", ran.stdout());
    let ran = fixture.run("plain", &["--test", "it", "--", "--ignored"]);
    assert_eq!(ran.output.status.code(), Some(101), "{}", ran.stdout());
    assert!(ran.stdout().contains("test fails ... FAILED"));
}

#[test]
fn without_a_trace_there_is_advice() {
    let fixture = Fixture::new();
    let ran = fixture.run("plain", &["--bin", "quiet"]);
    assert_eq!((ran.output.status.code(), ran.stdout().as_str()), (Some(0), "nothing to see\n"));
    let expected = "       Trace none: no traced function of the program ran; `run --all` traces every function, and leaves \
                    the source as it is\n";
    assert_eq!(ran.said(), expected);
    assert!(ran.traces.is_empty());
}

#[test]
fn what_does_not_build_ends_with_101() {
    let fixture = Fixture::new();
    let ran = fixture.run("plain", &["--bin", "broken", "--features", "broken"]);
    assert_eq!(ran.output.status.code(), Some(101));
    assert!(ran.said().contains(" --> src/bin/broken.rs:2:23\n"), "{}", ran.said());
    assert!(ran.said().ends_with("error: `broken` does not build\n"), "{}", ran.said());
}

#[test]
fn what_is_not_there_ends_with_2() {
    let fixture = Fixture::new();
    let cases: [(&str, &[&str], &str); 5] = [
        (
            "plain",
            &["--bin", "a\u{1b}b"],
            "error: there is no binary `a\\u{1b}b`\n help: there is `broken`, `plain`, `quiet`\n",
        ),
        ("plain", &["--bench", "x"], "error: there is no benchmark `x`\n help: there is none\n"),
        (
            "plain",
            &["-p", "x"],
            "error: package `x` is not in the workspace\n help: its packages are `plain`\n",
        ),
        ("plain", &["--lib"], "error: there is no library to run\n help: name another package with `-p`\n"),
        (
            "ws/words",
            &[],
            "error: there is no binary to run\n help: name a program with `--example`, `--test`, `--bench` or `--lib`, or \
             a package with `-p`\n",
        ),
    ];
    for (workspace, arguments, expected) in cases {
        let ran = fixture.run(workspace, arguments);
        assert_eq!((ran.said().as_str(), ran.output.status.code()), (expected, Some(2)));
    }
    for arguments in [&["--bin", "a", "--test", "b"][..], &["--verbose"], &["--no-such"]] {
        assert_eq!(fixture.run("plain", arguments).output.status.code(), Some(2), "{arguments:?}");
    }
}
