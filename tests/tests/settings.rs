//! What the environment asks for, and what it gets: one small program under every setting.
//!
//! Whatever is asked for, the program's own output and status are what they are without the trace.
#![cfg(unix)]

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use trace_memory_tests::{Program, Run, scratch};

const EXISTS: &str = "File exists (os error 17) (`TRACE_MEMORY_OVERWRITE=1` replaces a regular file)";
const WORDS: &str = "the program's own words\n";
const TREE: &str = "\
settings_subject::summed  size  where        settings_subject.rs
summed()                        stack frame, heap +1 B −1 B  :16
├─ list: Vec<u32>         24 B  stack                        :16
├─ text: String           24 B  stack → heap #1, 1 B         :17
│  ╰─ + heap #1            1 B  allocated                  :17:5
├─ move list                    into method                  :18
├─ drop text                    end of scope
│  ╰─ − heap #1            1 B  freed
╰─ return                       stack frame freed

";
const SUMMARY: &str = "\
memory summary
╰─ heap
   ├─ allocated         1 B  1 allocation
   ├─ resized                0 reallocations
   ├─ freed             1 B  1 free
   ├─ peak              1 B  alive at once
   ╰─ alive at the end  0 B  0 blocks
";
const LIVE: &str = "\
summed()                                         stack frame                   settings_subject.rs:16
  list: Vec<u32>                           24 B  stack                         :16
  + heap #1                                 1 B  allocated                     :17:5
  text: String                             24 B  stack → heap #1, 1 B          :17
  move list                                      into method                   :18
  drop text                                      end of scope
  − heap #1                                 1 B  freed by the drop of text     :18:5
return                                           stack frame freed
";

fn subject() -> Program {
    Program::new(env!("CARGO_BIN_EXE_settings_subject")).env("TRACE_MEMORY_STABLE", "1")
}

fn with(setting: impl AsRef<OsStr>) -> Run {
    checked(subject().env("TRACE_MEMORY", setting))
}

/// Runs the program; its own output and status are its own.
fn checked(program: Program) -> Run {
    let run = program.run();
    assert_eq!((run.stdout.as_str(), run.status), ("sum: 6\n", Some(6)), "{}", run.stderr);
    run
}

/// What the tree's mode says, after a line about the settings.
fn tree_after(complaint: &str) -> String {
    format!("{complaint}{TREE}{WORDS}{SUMMARY}")
}

fn json(path: impl AsRef<Path>) -> Run {
    checked(to_json(path))
}

fn to_json(path: impl AsRef<Path>) -> Program {
    let mut setting = b"json:".to_vec();
    setting.extend(path.as_ref().as_os_str().as_bytes());
    subject().env("TRACE_MEMORY", OsStr::from_bytes(&setting))
}

#[track_caller]
fn refused(path: &Path, run: &Run, reason: &str) {
    let complaint =
        format!("trace-memory: cannot create `{}`: {reason}; going on with `tree`\n", path.display());
    assert_eq!(run.stderr, tree_after(&complaint));
}

/// Whether the file holds a complete trace.
fn is_trace(path: &Path) -> bool {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.starts_with("{\"trace_memory\":1,")
        && text.lines().last().is_some_and(|end| end.starts_with("{\"ev\":\"end\","))
}

/// What is in a folder.
fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("readable").file_name().into_string().expect("UTF-8")).collect();
    names.sort();
    names
}

/// A folder of this test's own.
fn folder() -> PathBuf {
    let path = scratch("trace.jsonl");
    path.parent().expect("files are in folders").to_owned()
}

#[test]
fn nothing_is_asked_for() {
    assert_eq!(checked(subject()).stderr, tree_after(""));
    assert_eq!(with("").stderr, tree_after(""));
}

#[test]
fn tree() {
    assert_eq!(with("tree").stderr, tree_after(""));
}

#[test]
fn live() {
    assert_eq!(with("live").stderr, format!("{LIVE}{WORDS}{SUMMARY}"));
}

#[test]
fn summary() {
    assert_eq!(with("summary").stderr, format!("{WORDS}{SUMMARY}"));
}

#[test]
fn off() {
    assert_eq!(with("off").stderr, WORDS);
}

#[test]
fn unknown_modes_are_told_and_the_tree_is_shown() {
    for mode in ["nonsense", "json", "json:", "TREE", "tree:x", " tree", "json=trace.jsonl"] {
        let complaint = format!(
            "trace-memory: `TRACE_MEMORY={mode}` is not known; write one of `tree`, `live`, `summary`, \
             `json:PATH`, `bin:PATH`, `off`; going on with `tree`\n"
        );
        assert_eq!(with(mode).stderr, tree_after(&complaint));
    }
}

#[test]
fn control_characters_of_a_setting_do_not_reach_the_terminal() {
    let complaint = "trace-memory: `TRACE_MEMORY=\\u{1b}[31m\\n` is not known; write one of `tree`, `live`, \
                     `summary`, `json:PATH`, `bin:PATH`, `off`; going on with `tree`\n";
    assert_eq!(with("\u{1b}[31m\n").stderr, tree_after(complaint));
}

#[test]
fn a_setting_that_is_not_utf8() {
    let complaint = "trace-memory: `TRACE_MEMORY` is not UTF-8; going on without it\n";
    assert_eq!(with(OsStr::from_bytes(b"json:\xff")).stderr, tree_after(complaint));
}

#[test]
fn unknown_values_of_the_other_variables() {
    let run = checked(subject().env("TRACE_MEMORY_COLOR", "blue").env("TRACE_MEMORY_OVERWRITE", "yes"));
    let complaint = "trace-memory: `TRACE_MEMORY_COLOR=blue` is not known; write one of `auto`, `always`, \
                     `never`; going on with `auto`\n\
                     trace-memory: `TRACE_MEMORY_OVERWRITE=yes` is not known; write one of `0`, `1`; \
                     going on with `0`\n";
    assert_eq!(run.stderr, tree_after(complaint));
}

#[test]
fn json_goes_to_a_file_that_only_its_owner_reads() {
    let path = scratch("trace.jsonl");
    assert_eq!(json(&path).stderr, WORDS);
    assert!(is_trace(&path));
    let mode = fs::metadata(&path).expect("the file is there").permissions().mode();
    assert_eq!(mode & 0o7777, 0o600);
}

#[test]
fn an_existing_file_is_left_alone() {
    let path = scratch("trace.jsonl");
    fs::write(&path, "mine").expect("writable");
    let run = json(&path);
    refused(&path, &run, EXISTS);
    assert_eq!(fs::read_to_string(&path).expect("still there"), "mine");
}

#[test]
fn an_existing_file_is_replaced_where_that_is_asked_for() {
    let path = scratch("trace.jsonl");
    fs::write(&path, "mine, and rather longer than that\n".repeat(1000)).expect("writable");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("its owner may");
    let run = checked(to_json(&path).env("TRACE_MEMORY_OVERWRITE", "1"));
    assert_eq!(run.stderr, WORDS);
    assert!(is_trace(&path));
    let text = fs::read_to_string(&path).expect("readable");
    assert!(!text.contains("mine"), "nothing of the old file is left");
    let mode = fs::metadata(&path).expect("the file is there").permissions().mode();
    assert_eq!(mode & 0o7777, 0o600);
}

#[test]
fn a_second_run_does_not_replace_the_first() {
    let path = scratch("trace.jsonl");
    assert_eq!(json(&path).stderr, WORDS);
    let first = fs::read(&path).expect("readable");
    let run = json(&path);
    refused(&path, &run, EXISTS);
    assert_eq!(fs::read(&path).expect("readable"), first);
}

#[test]
fn a_symbolic_link_is_not_followed() {
    for overwrite in ["0", "1"] {
        let path = scratch("trace.jsonl");
        let target = path.with_file_name("target");
        fs::write(&target, "mine").expect("writable");
        symlink(&target, &path).expect("links can be made");
        let run = checked(to_json(&path).env("TRACE_MEMORY_OVERWRITE", overwrite));
        if overwrite == "0" {
            refused(&path, &run, EXISTS);
        }
        assert!(run.stderr.ends_with(&tree_after("")), "{}", run.stderr);
        assert_eq!(run.stderr.lines().count(), tree_after("").lines().count() + 1, "{}", run.stderr);
        assert_eq!(fs::read_to_string(&target).expect("still there"), "mine");
        assert!(fs::symlink_metadata(&path).expect("still there").is_symlink());
    }
}

#[test]
fn a_symbolic_link_to_nothing_makes_nothing() {
    for overwrite in ["0", "1"] {
        let path = scratch("trace.jsonl");
        let target = path.with_file_name("target");
        symlink(&target, &path).expect("links can be made");
        let run = checked(to_json(&path).env("TRACE_MEMORY_OVERWRITE", overwrite));
        if overwrite == "0" {
            refused(&path, &run, EXISTS);
        }
        assert!(run.stderr.ends_with(&tree_after("")), "{}", run.stderr);
        assert_eq!(names_in(path.parent().expect("a folder")), ["trace.jsonl"]);
    }
}

#[test]
fn a_folder_is_no_file() {
    for overwrite in ["0", "1"] {
        let path = folder();
        let run = checked(to_json(&path).env("TRACE_MEMORY_OVERWRITE", overwrite));
        assert!(run.stderr.starts_with("trace-memory: cannot create `"), "{}", run.stderr);
        if overwrite == "0" {
            refused(&path, &run, EXISTS);
        }
        assert!(run.stderr.ends_with(&tree_after("")), "{}", run.stderr);
        assert_eq!(names_in(&path), [""; 0]);
    }
}

#[test]
fn a_device_is_not_replaced() {
    let path = Path::new("/dev/null");
    let run = checked(to_json(path).env("TRACE_MEMORY_OVERWRITE", "1"));
    let reason = "not a regular file (`TRACE_MEMORY_OVERWRITE=1` replaces a regular file)";
    refused(path, &run, reason);
}

#[test]
fn a_missing_folder_is_not_made() {
    let path = folder().join("missing").join("trace.jsonl");
    let run = json(&path);
    refused(&path, &run, "No such file or directory (os error 2)");
    assert!(!path.parent().expect("a folder").exists());
}

#[test]
fn a_read_only_place() {
    // The kernel's own folder takes no files, not even from the superuser.
    let path = Path::new("/proc/trace.jsonl");
    if cfg!(target_os = "linux") {
        let run = json(path);
        refused(path, &run, "No such file or directory (os error 2)");
    }
    let folder = folder();
    let path = folder.join("trace.jsonl");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o500)).expect("its owner may");
    // The superuser may write here all the same.
    if fs::write(folder.join("probe"), "").is_err() {
        let run = json(&path);
        refused(&path, &run, "Permission denied (os error 13)");
    }
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).expect("its owner may");
}

#[test]
fn control_characters_of_a_path_do_not_reach_the_terminal() {
    let run = json("/missing/\u{1b}[31m\n.jsonl");
    let complaint = "trace-memory: cannot create `/missing/\\u{1b}[31m\\n.jsonl`: No such file or directory \
                     (os error 2); going on with `tree`\n";
    assert_eq!(run.stderr, tree_after(complaint));
}

#[test]
fn placeholders() {
    let folder = folder();
    assert_eq!(json(folder.join("{bin}-{pid}-{other}.jsonl")).stderr, WORDS);
    let names = names_in(&folder);
    let [name] = names.as_slice() else { panic!("{names:?}") };
    let pid = name.strip_prefix("settings_subject-").and_then(|name| name.strip_suffix("-{other}.jsonl"));
    let pid: u64 = pid.and_then(|pid| pid.parse().ok()).unwrap_or_else(|| panic!("{name}"));
    let text = fs::read_to_string(folder.join(name)).expect("readable");
    let header: serde_json::Value =
        serde_json::from_str(text.lines().next().expect("a header")).expect("JSON");
    assert_eq!((&header["pid"], &header["program"]), (&pid.into(), &"settings_subject".into()));
}

#[test]
fn colours_are_only_added() {
    let plain = tree_after("");
    let run = checked(subject().env("TRACE_MEMORY_COLOR", "always"));
    assert!(run.stderr.contains("\u{1b}[1msummed()\u{1b}[0m"), "{}", run.stderr);
    assert_eq!(without_colours(&run.stderr), plain);
    let run = checked(subject().env("TRACE_MEMORY_COLOR", "always").env("NO_COLOR", "1"));
    assert_eq!(without_colours(&run.stderr), plain);
    assert_ne!(run.stderr, plain, "our own variable comes first");
}

#[test]
fn no_colours_where_they_are_not_wanted() {
    let plain = tree_after("");
    for (name, value) in
        [("TRACE_MEMORY_COLOR", "never"), ("NO_COLOR", "1"), ("CLICOLOR", "0"), ("TERM", "dumb")]
    {
        let run =
            checked(subject().env("CLICOLOR_FORCE", "").env("TRACE_MEMORY_COLOR", "auto").env(name, value));
        assert_eq!(run.stderr, plain, "{name}={value}");
    }
    let forced = subject().env("TRACE_MEMORY_COLOR", "auto").env("CLICOLOR_FORCE", "1").env("NO_COLOR", "");
    assert_ne!(checked(forced).stderr, plain);
}

/// The text without escape sequences of colours.
fn without_colours(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (_, rest) = part.split_once('m').expect("a colour ends with m");
        plain.push_str(rest);
    }
    plain
}

#[test]
fn a_stable_trace_is_the_same_each_time() {
    for mode in ["tree", "live", "summary"] {
        assert_eq!(with(mode).stderr, with(mode).stderr);
    }
}

#[test]
fn without_it_times_and_frame_sizes_are_shown() {
    for mode in ["tree", "live"] {
        let program = subject().env("TRACE_MEMORY_STABLE", "0").env("TRACE_MEMORY", mode);
        assert_ne!(checked(program).stderr, with(mode).stderr);
    }
}

#[test]
fn narrow_terminals() {
    for columns in ["60", "72", "200", "wide"] {
        let run = checked(subject().env("COLUMNS", columns));
        let width = run.stderr.lines().map(|line| line.chars().count()).max();
        let limit = columns.parse().unwrap_or(100);
        assert!(width <= Some(limit), "{columns}: {width:?}\n{}", run.stderr);
    }
}
