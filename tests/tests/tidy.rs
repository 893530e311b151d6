//! What keeps the workspace in order: which part may use which, where `unsafe` may stand, and what every
//! file has to keep to.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use trace_memory_tests::{files, workspace};

/// The floor of each part of the runtime. A part uses its own floor and those below.
const FLOORS: [(&str, u8); 21] = [
    ("lib", 4),
    ("private", 4),
    ("budget", 3),
    ("measure", 3),
    ("permit", 3),
    ("session", 3),
    ("spans", 3),
    ("file", 3),
    ("trace", 3),
    ("settings", 3),
    ("watch", 3),
    ("allocator", 2),
    ("capture", 2),
    ("print", 2),
    ("report", 1),
    ("wire", 1),
    ("event", 0),
    ("record", 0),
    ("region", 0),
    ("site", 0),
    ("stack_only", 0),
];

/// What must not meet, whatever the floors say.
const APART: [(&str, &[&str]); 4] = [
    ("capture", &["report", "print", "wire"]),
    ("report", &["capture", "session"]),
    ("print", &["capture", "session"]),
    ("wire", &["capture", "session"]),
];

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn shown(path: &Path) -> String {
    path.strip_prefix(workspace()).unwrap_or(path).display().to_string().replace('\\', "/")
}

/// Fails with all the faults at once.
#[track_caller]
fn none(faults: &[String]) {
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The code without comments; nothing else that could hold a name is taken out.
fn code(text: &str) -> String {
    let lines = text.lines().map(|line| line.split("//").next().unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}

/// The part of the runtime a source file belongs to; `None` for tests of the runtime's own.
fn part(path: &Path) -> Option<String> {
    let path = shown(path);
    let inside = path.strip_prefix("runtime/src/").expect("a source of the runtime");
    if inside.ends_with("tests.rs") || inside.contains("/tests/") {
        return None;
    }
    let part = inside.split('/').next().unwrap_or_default();
    Some(part.strip_suffix(".rs").unwrap_or(part).to_owned())
}

/// The parts that code names with `crate::part`.
fn uses(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for after in code.split("crate::").skip(1) {
        let end = after.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(after.len());
        match after.strip_prefix('{') {
            Some(group) => {
                let group = group.split("};").next().unwrap_or_default();
                let names = group.split(',').map(|path| path.trim().split("::").next().unwrap_or_default());
                found.extend(names.filter(|name| !name.is_empty()).map(str::to_owned));
            }
            None => _ = found.insert(after[..end].to_owned()),
        }
    }
    found
}

fn floor(part: &str) -> Option<u8> {
    FLOORS.iter().find(|(name, _)| *name == part).map(|(_, floor)| *floor)
}

/// What is wrong with one part's using another.
fn fault(user: &str, target: &str) -> Option<String> {
    let (Some(from), Some(to)) = (floor(user), floor(target)) else {
        return Some(format!("`{user}` uses `{target}`: one of them has no floor"));
    };
    let apart = APART.iter().any(|(name, others)| *name == user && others.contains(&target));
    let names_only = target == "private" && user != "lib";
    let up = to > from || apart || names_only;
    up.then(|| format!("`{user}` (floor {from}) must not use `{target}` (floor {to})"))
}

#[test]
fn arrows_go_down() {
    let mut faults = Vec::new();
    let mut arrows = 0;
    for path in files(&workspace().join("runtime/src"), &["rs"]) {
        let Some(user) = part(&path) else { continue };
        for used in uses(&code(&read(&path))).into_iter().filter(|used| *used != user) {
            arrows += 1;
            faults.extend(fault(&user, &used).map(|fault| format!("{}: {fault}", shown(&path))));
        }
    }
    assert!(arrows > 20, "the arrows are found: {arrows}");
    none(&faults);
}

#[test]
fn arrows_that_go_up_are_found() {
    let code =
        "use crate::{event, report::Model};\nuse crate::capture::frame;\nfn f() { crate::wire::json(); }";
    assert_eq!(uses(code).into_iter().collect::<Vec<_>>(), ["capture", "event", "report", "wire"]);
    for (user, used) in [("event", "report"), ("capture", "wire"), ("print", "session"), ("site", "new_part")]
    {
        assert!(fault(user, used).is_some(), "{user} {used}");
    }
    for (user, used) in [("report", "event"), ("session", "capture"), ("print", "report"), ("lib", "private")]
    {
        assert_eq!(fault(user, used), None);
    }
}

#[test]
fn unsafe_code_stands_in_the_allocator_and_in_capture() {
    let allowed = ["runtime/src/allocator.rs", "runtime/src/capture/"];
    let mut faults = Vec::new();
    let mut found = 0;
    // The tools are told by the compiler.
    for root in ["cli/src/main.rs", "cli/src/lib.rs"] {
        let forbidden = read(&workspace().join(root)).contains("\n#![forbid(unsafe_code)]\n");
        faults.extend((!forbidden).then(|| format!("{root}: `unsafe` is not forbidden")));
    }
    for folder in ["runtime/src", "macros/src"] {
        for path in files(&workspace().join(folder), &["rs"]) {
            let code = code(&read(&path));
            let has_unsafe = words(&code).any(|word| word == "unsafe");
            let name = shown(&path);
            if has_unsafe && allowed.iter().any(|place| name.starts_with(place)) {
                found += 1;
            } else if has_unsafe {
                faults.push(format!("{name}: `unsafe`"));
            }
        }
    }
    assert!(found > 1, "the unsafe code is found");
    none(&faults);
}

fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c: char| !(c.is_alphanumeric() || c == '_'))
}

#[test]
fn golden_messages_have_their_programs() {
    let folder = workspace().join("tests/ui");
    let goldens = files(&folder, &["stderr"]);
    let orphans = goldens.iter().filter(|path| !path.with_extension("rs").exists());
    none(&orphans.map(|path| format!("{}: no `.rs` beside it", shown(path))).collect::<Vec<_>>());
    let mut missing = Vec::new();
    for part in ["refused", "errors"] {
        let programs = files(&folder.join(part), &["rs"]);
        assert!(programs.len() > 20, "the programs are found");
        let alone = programs.into_iter().filter(|path| !path.with_extension("stderr").exists());
        missing.extend(alone.map(|path| format!("{}: no `.stderr` beside it", shown(&path))));
    }
    none(&missing);
}

#[test]
fn files_are_short() {
    let mut faults = Vec::new();
    for folder in ["runtime/src", "macros/src", "cli", "examples", "tests/src", "benches"] {
        for path in files(&workspace().join(folder), &["rs"]) {
            let lines = read(&path).lines().count();
            if lines > 400 && !path.ends_with("tests.rs") {
                faults.push(format!("{}: {lines} lines", shown(&path)));
            }
        }
    }
    none(&faults);
}

#[test]
fn lints_are_silenced_with_a_reason() {
    let mut faults = Vec::new();
    for folder in
        ["runtime", "macros", "cli", "examples", "tests/src", "tests/programs", "tests/tests", "benches"]
    {
        for path in files(&workspace().join(folder), &["rs"]) {
            faults
                .extend(silenced_without_reason(&read(&path)).map(|line| format!("{}:{line}", shown(&path))));
        }
    }
    none(&faults);
}

/// The lines of `allow` and `expect` attributes that give no reason.
fn silenced_without_reason(text: &str) -> impl Iterator<Item = usize> {
    let mut lines = Vec::new();
    let openings = [
        concat!("#[", "allow("),
        concat!("#![", "allow("),
        concat!("#[", "expect("),
        concat!("#![", "expect("),
    ];
    for (start, _) in text.match_indices('#') {
        let attribute = &text[start..];
        if openings.iter().any(|opening| attribute.starts_with(opening)) {
            let end = attribute.find(")]").unwrap_or(attribute.len());
            if !attribute[..end].contains("reason = \"") {
                lines.push(text[..start].lines().count() + 1);
            }
        }
    }
    lines.into_iter()
}

#[test]
fn silenced_lints_are_found() {
    let silenced = |text: &str| silenced_without_reason(text).collect::<Vec<_>>();
    let allow = concat!("#[", "allow(");
    assert_eq!(silenced(&format!("fn f() {{}}\n{allow}dead_code)]\nfn g() {{}}")), [2]);
    assert_eq!(silenced(&format!("{allow}\n    dead_code,\n    reason = \"why\"\n)]")), [0; 0]);
}

#[test]
fn versions_are_equal() {
    let manifest = read(&workspace().join("Cargo.toml"));
    let version = manifest
        .lines()
        .find_map(|line| line.strip_prefix("version = \"")?.strip_suffix('"'))
        .expect("the workspace has a version");
    let mut faults = Vec::new();
    for name in ["trace-memory", "trace-memory-macros"] {
        let wanted = format!("{name} = {{ version = \"={version}\", ");
        if !manifest.lines().any(|line| line.starts_with(&wanted)) {
            faults.push(format!("Cargo.toml: `{name}` is not pinned to {version}"));
        }
    }
    for path in files(workspace(), &["toml"]) {
        let text = read(&path);
        let is_member = path.ends_with("Cargo.toml") && text.contains("[package]");
        if is_member && !text.lines().any(|line| line == "version.workspace = true") {
            faults.push(format!("{}: a version of its own", shown(&path)));
        }
    }
    none(&faults);
}

#[test]
fn nothing_is_left_to_do_without_an_address() {
    let mut faults = Vec::new();
    for path in files(workspace(), &["rs", "md", "toml", "yml", "json"]) {
        for (index, line) in read(&path).lines().enumerate() {
            let open = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];
            let left = words(line).any(|word| open.contains(&word));
            if left && !line.contains("https://") {
                faults.push(format!("{}:{}: {}", shown(&path), index + 1, line.trim()));
            }
        }
    }
    none(&faults);
}

#[test]
fn lines_end_where_they_seem_to() {
    let mut faults = Vec::new();
    for path in files(workspace(), &["rs", "md", "toml", "yml"]) {
        let text = read(&path);
        for (index, line) in text.lines().enumerate() {
            if line.ends_with([' ', '\t']) || line.contains(['\t', '\r']) {
                faults.push(format!("{}:{}: white space", shown(&path), index + 1));
            }
        }
        let ends_well = text.is_empty() || (text.ends_with('\n') && !text.ends_with("\n\n"));
        if !ends_well {
            faults.push(format!("{}: the end of the file", shown(&path)));
        }
    }
    none(&faults);
}
