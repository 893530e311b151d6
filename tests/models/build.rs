//! Takes the sources of the protocols from the runtime, and makes a copy with a mistake in it for each twin.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

const FILES: [&str; 4] = ["epoch", "gate", "rows", "table"];

/// A mistake: its name, the file, what is replaced and by what, and the model that has to find it.
const MISTAKES: &[[&str; 5]] = &[
    ["ends_and_begins_are_one", "epoch", "Ordering::AcqRel) * 2 + 1", "Ordering::AcqRel) * 2 + 2", "blocks"],
    ["ends_do_not_count", "epoch", "fetch_add(1, ", "fetch_add(0, ", "blocks"],
    [
        "begins_before_all",
        "epoch",
        "self.0.load(Ordering::Relaxed) * 2",
        "self.0.load(Ordering::Relaxed)",
        "frames",
    ],
    [
        "ends_are_not_published",
        "epoch",
        "fetch_add(1, Ordering::AcqRel)",
        "fetch_add(1, Ordering::Relaxed)",
        "horizon",
    ],
    [
        "the_horizon_sees_nothing",
        "epoch",
        "load(Ordering::Acquire) * 2",
        "load(Ordering::Relaxed) * 2",
        "horizon",
    ],
    [
        "the_horizon_is_too_far",
        "epoch",
        "load(Ordering::Acquire) * 2",
        "load(Ordering::Acquire) * 2 + 1",
        "horizon_of_a_block",
    ],
    ["nobody_is_writing", "gate", "self.writing.store(true, ", "self.writing.store(false, ", "horizon"],
    [
        "writing_ends_early",
        "gate",
        "self.writing.store(false, Ordering::Release)",
        "self.writing.store(false, Ordering::Relaxed)",
        "horizon",
    ],
    [
        "writing_is_read_early",
        "gate",
        "self.writing.load(Ordering::Acquire)",
        "self.writing.load(Ordering::Relaxed)",
        "horizon",
    ],
    [
        "writing_comes_after_the_key",
        "gate",
        "self.writing.store(true, Ordering::Relaxed);\n        epoch.ends()",
        "let key = epoch.ends();\n        self.writing.store(true, Ordering::Relaxed);\n        key",
        "horizon",
    ],
    [
        "commits_are_relaxed",
        "gate",
        "store(filled.0, Ordering::Release)",
        "store(filled.0, Ordering::Relaxed)",
        "hand_over",
    ],
    [
        "commits_are_read_early",
        "gate",
        "let filled = Filled(words[FILLED].load(Ordering::Acquire));",
        "let filled = Filled(words[FILLED].load(Ordering::Relaxed));",
        "hand_over",
    ],
    [
        "chunks_are_empty_before_they_are_spooled",
        "gate",
        "words[FILLED].store(Filled::none(segment).0, Ordering::Release);",
        "words[FILLED].store(Filled::none(Self::filled(words).before()).0, Ordering::Release);\n        words[FILLED].store(Filled::none(segment).0, Ordering::Release);",
        "hand_over_of_another",
    ],
    ["no_fence_of_the_writer", "gate", "fence(Ordering::Release);", "", "hand_over"],
    ["no_fence_of_the_reader", "gate", "fence(Ordering::Acquire);", "", "hand_over"],
    [
        "copies_are_not_checked",
        "gate",
        "after.before() == spooled",
        "after.before() <= u64::MAX - spooled",
        "hand_over",
    ],
    [
        "claims_are_relaxed",
        "gate",
        "false, true, Ordering::Acquire, Ordering::Relaxed",
        "false, true, Ordering::Relaxed, Ordering::Relaxed",
        "recycling",
    ],
    [
        "releases_are_relaxed",
        "gate",
        "self.taken.store(false, Ordering::Release)",
        "self.taken.store(false, Ordering::Relaxed)",
        "recycling",
    ],
    [
        "claims_look_before_they_leap",
        "gate",
        "self.taken.compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed).is_ok()",
        "{ self.taken.store(true, Ordering::Relaxed); true }",
        "recycling",
    ],
    ["rows_are_not_counted", "rows", "wrapping_add(1)", "wrapping_add(0)", "rows"],
    [
        "rows_are_taken_early",
        "rows",
        "Ordering::AcqRel, Ordering::Acquire, without",
        "Ordering::Relaxed, Ordering::Relaxed, without",
        "rows",
    ],
    [
        "rows_are_left_early",
        "rows",
        "Ordering::AcqRel, Ordering::Acquire, on_top",
        "Ordering::Relaxed, Ordering::Relaxed, on_top",
        "rows",
    ],
    [
        "values_are_relaxed",
        "table",
        "entry.value.store(value, Ordering::Release)",
        "entry.value.store(value, Ordering::Relaxed)",
        "numbers",
    ],
    [
        "values_are_read_early",
        "table",
        "self.value.load(Ordering::Acquire)",
        "self.value.load(Ordering::Relaxed)",
        "numbers",
    ],
    [
        "values_come_before_keys",
        "table",
        "match entry.key.compare_exchange(0, key, Ordering::Relaxed, Ordering::Relaxed) {",
        "if entry.key.load(Ordering::Relaxed) == 0 {\n            let value = value();\n            entry.value.store(value, Ordering::Release);\n            entry.key.store(key, Ordering::Relaxed);\n            return Some((index, value, true));\n        }\n        match entry.key.compare_exchange(0, key, Ordering::Relaxed, Ordering::Relaxed) {",
        "numbers",
    ],
    [
        "everybody_is_told_that_it_is_new",
        "table",
        "value => return Some((index, value, false))",
        "value => return Some((index, value, true))",
        "numbers",
    ],
];

/// The mistakes that the crowd finds. Shuttle shows no old values, so that a relaxed order is none there.
const IN_A_CROWD: &[&str] = &[
    "ends_and_begins_are_one",
    "ends_do_not_count",
    "nobody_is_writing",
    "chunks_are_empty_before_they_are_spooled",
    "copies_are_not_checked",
    "claims_look_before_they_leap",
];

fn main() {
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("Cargo sets it"));
    let capture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../runtime/src/capture");
    let sources = FILES.map(|file| {
        let path = capture.join(file).with_extension("rs");
        println!("cargo::rerun-if-changed={}", path.display());
        let text = fs::read_to_string(path).expect("the runtime is there");
        // What is included cannot begin with its own documentation.
        text.lines()
            .filter(|line| !line.starts_with("//!"))
            .fold(String::new(), |text, line| text + line + "\n")
    });
    println!("cargo::rerun-if-changed=build.rs");
    write(&out, "real", &sources);
    let mut tests = String::new();
    for [name, file, from, to, model] in MISTAKES {
        let sources: Vec<_> = FILES
            .iter()
            .zip(&sources)
            .map(|(source, text)| {
                if source != file {
                    return text.clone();
                }
                assert_eq!(text.matches(from).count(), 1, "{name}: `{from}` in {file}.rs");
                text.replace(from, to)
            })
            .collect();
        write(&out, name, &sources);
        let _ = writeln!(tests, "twin!({name}, {model});");
        if IN_A_CROWD.contains(name) {
            let _ = writeln!(tests, "twin_in_a_crowd!(crowd_{name}, {name});");
        }
    }
    fs::write(out.join("twins.rs"), tests).expect("Cargo's folder takes files");
}

fn write(out: &Path, name: &str, sources: &[String]) {
    let folder = out.join(name);
    fs::create_dir_all(&folder).expect("Cargo's folder takes folders");
    for (file, text) in FILES.iter().zip(sources) {
        fs::write(folder.join(file).with_extension("rs"), text).expect("Cargo's folder takes files");
    }
}
