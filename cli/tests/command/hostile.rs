//! Traces that are cut off, damaged, or made to do harm.

use std::fs;
use std::path::PathBuf;

use crate::support::{Said, command, orders, said, shown};
use trace_memory_tests::scratch;

fn file(name: &str, text: impl AsRef<[u8]>) -> PathBuf {
    let path = scratch(name);
    fs::write(&path, text).expect("the target folder takes files");
    path
}

const HEADER: &str = "{\"trace_memory\":1,\"pid\":1,\"program\":\"app\",\"started_ms\":0,\"allocator\":true,\
    \"debug_assertions\":true}\n";

/// What is said of a trace with this line behind its header.
fn after_header(line: &str) -> Said {
    said(&["check", shown(&file("hostile.jsonl", format!("{HEADER}{line}")))])
}

#[track_caller]
fn line_2_is_refused(line: &str, why: &str) {
    let said = after_header(line);
    assert_eq!((said.status, said.stdout.as_str()), (Some(1), ""), "{}", said.stderr);
    assert!(said.stderr.contains("line 2: ") && said.stderr.contains(why), "{}", said.stderr);
    assert!(said.stderr.len() < 1000, "{}", said.stderr);
}

#[test]
fn lines_that_are_no_events() {
    line_2_is_refused("nonsense\n", "expected");
    line_2_is_refused("{}\n", "missing field `ev`");
    line_2_is_refused("{\"ev\":\"boom\"}\n", "unknown variant `boom`");
    line_2_is_refused("{\"ev\":\"exit\",\"seq\":0}\n", "nonzero");
    line_2_is_refused("{\"ev\":\"exit\",\"seq\":1e99}\n", "invalid type");
    line_2_is_refused("{\"ev\":\"exit\",\"seq\":99999999999999999999999}\n", "");
    line_2_is_refused(
        "{\"ev\":\"exit\",\"seq\":1,\"t\":1,\"thread\":1,\"frame\":1}\n",
        "missing field `how`",
    );
    line_2_is_refused("{\"ev\":\"exit\",\"seq\":1,\"seq\":2}\n", "duplicate field");
    line_2_is_refused(&format!("{{\"x\":{}}}\n", "[".repeat(100_000)), "expected value");
    line_2_is_refused(&format!("{{\"ev\":\"{}\"}}\n", "x".repeat(100)), "unknown variant");
    let alloc = |rest: &str| format!("{{\"ev\":\"alloc\",\"seq\":1,\"t\":1,\"thread\":1,{rest}}}\n");
    let huge = alloc("\"block\":1,\"bytes\":18446744073709551615,\"align\":1,\"addr\":1");
    line_2_is_refused(&huge, "larger than any block");
    line_2_is_refused(&alloc("\"block\":1,\"bytes\":1,\"align\":1,\"addr\":1,\"line\":3"), "go together");
    line_2_is_refused(&alloc("\"block\":0,\"bytes\":1,\"align\":1,\"addr\":1"), "nonzero");
}

#[test]
fn a_line_without_an_end_is_not_read_for_ever() {
    let path = scratch("long.jsonl");
    fs::write(&path, HEADER).expect("a file");
    // A hole: it takes no space.
    fs::File::options()
        .write(true)
        .open(&path)
        .and_then(|file| file.set_len(1 << 30))
        .expect("a sparse file");
    let said = said(&["summary", shown(&path)]);
    assert_eq!(said.status, Some(1));
    assert!(said.stderr.contains("line 2: the line is longer than 64 MiB"), "{}", said.stderr);
    fs::remove_file(path).expect("the file");
}

#[test]
fn numbers_as_large_as_can_be_are_no_overflow() {
    let most = i64::MAX;
    let alloc = |block: u32| {
        let numbers = format!("\"seq\":{block},\"t\":{},\"thread\":4294967295", u64::MAX);
        let heap = format!("\"block\":{block},\"bytes\":{most},\"align\":1,\"addr\":{}", u64::MAX);
        format!("{{\"ev\":\"alloc\",{numbers},{heap}}}\n")
    };
    let lines: String = (1..9).map(alloc).collect();
    let path = file("most.jsonl", HEADER.to_owned() + &lines);
    for verb in ["tree", "summary", "sites", "leaks", "check"] {
        let said = said(&[verb, shown(&path)]);
        assert!(matches!(said.status, Some(0 | 1)) && !said.stderr.contains("panicked"), "{}", said.stderr);
    }
}

#[test]
fn names_cannot_move_the_cursor() {
    let text = fs::read_to_string(&orders().json).expect("a trace");
    let evil = text
        .replace("orders::ship", "\\u001b[31m\\u202eship\\r")
        .replace("orders.rs", "\\u001b]0;x\\u0007.rs");
    let path = file("evil.jsonl", evil);
    for arguments in
        [&["tree"][..], &["summary"], &["sites"], &["leaks"], &["drops", "ship"], &["show", "ship"]]
    {
        let said = said(&[arguments, &[shown(&path)]].concat());
        let bad = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!said.stdout.contains(bad) && !said.stderr.contains(bad), "{arguments:?}: {}", said.stdout);
        assert_eq!(said.status, Some(0), "{}", said.stderr);
    }
}

#[test]
fn a_trace_that_was_cut_off_is_read_as_far_as_it_goes() {
    let text = fs::read_to_string(&orders().json).expect("a trace");
    let middle = text.len() / 2;
    let path = file("cut.jsonl", &text[..middle]);
    let whole = text[..middle].lines().count();
    let events = text[..middle].matches('\n').count() - 1;
    let said = said(&["check", shown(&path)]);
    assert_eq!(said.status, Some(0), "{}", said.stderr);
    assert!(said.stdout.contains(&format!("events   {events}, of 1 thread\n")), "{}", said.stdout);
    assert!(said.stdout.contains("verdict  valid"), "{}", said.stdout);
    assert!(said.stdout.contains(&format!("missing  the rest of line {whole}\n")), "{}", said.stdout);
    let said = Said::by(command().args(["summary", shown(&path)]));
    assert_eq!(said.status, Some(0));
    let warnings = format!(
        "warning: the program did not end by itself: the trace ends before it did\n\
         warning: line {whole} is cut off; what is before it is read\n"
    );
    assert_eq!(said.stderr, warnings);
}

#[test]
fn every_place_to_cut_a_trace_of_records() {
    let bytes = fs::read(&orders().bin).expect("a trace");
    for eighths in 0..8 {
        let path = file("cut.bin", &bytes[..bytes.len() / 8 * eighths + 5]);
        let said = said(&["check", shown(&path)]);
        assert!(matches!(said.status, Some(0 | 1)) && !said.stderr.contains("panicked"), "{}", said.stderr);
    }
}

/// The lines of the trace, of which `change` alters one that `which` finds.
fn contradicting(which: &str, change: impl Fn(&str) -> String) -> Said {
    let text = fs::read_to_string(&orders().json).expect("a trace");
    let line = text.lines().find(|line| line.contains(which)).expect("such a line");
    let path = file("contradicting.jsonl", text.replacen(&format!("{line}\n"), &change(line), 1));
    said(&["check", shown(&path)])
}

#[track_caller]
fn is_contradiction(said: &Said, what: &str) {
    assert_eq!(said.status, Some(1), "{}{}", said.stdout, said.stderr);
    assert!(said.stdout.contains("verdict  invalid: "), "{}", said.stdout);
    assert!(said.stdout.contains(what), "{}", said.stdout);
}

#[test]
fn contradictions_are_found() {
    let gone = contradicting("\"ev\":\"free\"", |_| String::new());
    is_contradiction(&gone, "the end says 33 frees; there are 32");
    let never_begun = contradicting("\"ev\":\"alloc\"", |_| String::new());
    is_contradiction(&never_begun, "block #1 is freed, and is not alive");
    let elsewhere = contradicting("\"ev\":\"free\"", |line| line.replace("\"addr\":", "\"addr\":1") + "\n");
    is_contradiction(&elsewhere, "at another address than it was");
    let other_size =
        contradicting("\"ev\":\"free\"", |line| line.replace("\"bytes\":", "\"bytes\":1") + "\n");
    is_contradiction(&other_size, "; it had ");
    let no_exit = contradicting("\"ev\":\"exit\"", |_| String::new());
    is_contradiction(&no_exit, "did not end in order; the trace says 0");
    let no_enter = contradicting("\"fn\":\"orders::label\"", |_| String::new());
    is_contradiction(&no_enter, "which is not open");
    let no_bind = contradicting("\"local\":\"parcel\"", |_| String::new());
    is_contradiction(&no_bind, "holds nothing");
    let back = contradicting("\"ev\":\"exit\"", |line| format!("{line}\n{line}\n"));
    assert_eq!(back.status, Some(1));
    assert!(back.stderr.contains("the numbers of its events go back"), "{}", back.stderr);
}

#[test]
fn two_blocks_in_one_place() {
    let alloc = |seq: u64, block: u64, addr: u64| {
        format!(
            "{{\"ev\":\"alloc\",\"seq\":{seq},\"t\":1,\"thread\":1,\"block\":{block},\"bytes\":16,\
             \"align\":8,\"addr\":{addr}}}\n"
        )
    };
    let free = |seq: u64, block: u64, addr: u64| {
        let free = alloc(seq, block, addr).replace("\"alloc\"", "\"free\"");
        free.replace("}\n", ",\"lived\":1}\n")
    };
    let realloc = "{\"ev\":\"realloc\",\"seq\":3,\"t\":1,\"thread\":1,\"block\":1,\"bytes\":32,\"align\":8,\
        \"addr\":9000,\"old_addr\":4096,\"old_bytes\":16}\n";
    let overlap = after_header(&(alloc(1, 1, 4096) + &alloc(2, 2, 4104) + &free(3, 1, 4096)));
    is_contradiction(&overlap, "event 3: block #2 is where block #1 still is");
    let never_left = after_header(&(alloc(1, 1, 4096) + &alloc(2, 2, 4096)));
    is_contradiction(&never_left, "event 2: block #2 is where block #1 still is");
    // A block on its way to another address has left its old one before the event that says so.
    let moved = after_header(&(alloc(1, 1, 4096) + &alloc(2, 2, 4096) + realloc));
    assert_eq!(moved.status, Some(0), "{}", moved.stdout);
}

#[test]
fn where_events_are_missing_nothing_is_decided() {
    let text = fs::read_to_string(&orders().json).expect("a trace");
    let alloc = text.lines().find(|line| line.contains("\"ev\":\"alloc\"")).expect("an allocation");
    let text = text.replacen(&format!("{alloc}\n"), "", 1).replace("\"lost\":0", "\"lost\":1");
    let said = said(&["check", shown(&file("lost.jsonl", text))]);
    assert_eq!(said.status, Some(0), "{}", said.stdout);
    assert!(said.stdout.contains("verdict  not decided: "), "{}", said.stdout);
    assert!(said.stdout.contains("missing  1 event: there was no room for them"), "{}", said.stdout);
}
