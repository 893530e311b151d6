//! `stack_only`: what the compiler refuses, what it accepts, and what a run says of both.
//!
//! `BLESS=1 cargo test -p trace-memory-tests --test stack_only` accepts the messages there are now, and writes
//! the table of `docs/stack-only.md`; read them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, OnceLock};

use serde_json::Value;
use trace_memory_tests::builds::{Runtime, message};
use trace_memory_tests::{Program, files, golden, rustc, scratch, workspace};

const EDITIONS: [&str; 2] = ["2021", "2024"];
const ALLOCATOR: &str =
    "\n#[global_allocator]\nstatic ALLOC: trace_memory::Alloc = trace_memory::Alloc::system();\n";
/// Nothing but what is compared.
const CHECK: [&str; 2] = ["--emit=metadata", "-Aunused"];

/// With everything.
fn both() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Runtime::build("stack-only", &[]))
}

/// With the run-time check alone: nothing is refused.
fn run_time_alone() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        Runtime::build("stack-only", &["--no-default-features", "--features", "trace"])
    })
}

fn folder(part: &str) -> PathBuf {
    workspace().join("tests/ui/stack_only").join(part)
}

fn programs(part: &str) -> Vec<PathBuf> {
    files(&folder(part), &["rs"])
}

fn name(file: &Path) -> String {
    file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// What `work` gives for each of the files, by name; on two threads.
fn each<T: Send>(files: Vec<PathBuf>, work: impl Fn(&Path) -> T + Sync) -> BTreeMap<String, T> {
    let (left, done) = (Mutex::new(files), Mutex::new(BTreeMap::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let next = left.lock().expect("no panic while it is locked").pop();
                    let Some(file) = next else { return };
                    let result = work(&file);
                    done.lock().expect("no panic while it is locked").insert(name(&file), result);
                }
            });
        }
    });
    done.into_inner().expect("all threads have ended")
}

/// Fails with all the faults at once.
#[track_caller]
fn none(faults: impl IntoIterator<Item = String>) {
    let faults: Vec<String> = faults.into_iter().collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Where a program is refused, and what the compiler says.
fn refusal(file: &Path, edition: &str) -> Option<(&'static str, String)> {
    let output = both().compile(file, edition, &CHECK);
    if !output.status.success() {
        return Some(("`cargo check`", message(&output)));
    }
    let program = scratch("program");
    let target = format!("-o{}", program.display());
    let output = both().compile(file, edition, &[&target, "-Aunused"]);
    (!output.status.success()).then(|| ("`cargo build`", message(&output)))
}

/// The words by which a refusal is one of ours.
const OURS: [&str; 6] = [
    "keeps its data on the heap",
    "is of a type that has to be dropped, so it may own memory on the heap",
    "this call may allocate in a",
    "writes into the buffer of stdout",
    "with arguments makes its message on the heap",
    "`stack_only` stands alone or takes `allow(print)`",
];

/// How a run breaks the rule, as far as the run-time check sees.
fn broken(runtime: &Runtime, file: &Path) -> Option<BTreeSet<&'static str>> {
    let program = runtime.program(&name(file), &(read(file) + ALLOCATOR), "2024", &["-Aunused"]).ok()?;
    let run = Program::new(program).env("TRACE_MEMORY", "summary").run();
    assert_eq!(run.status, Some(0), "{}: {}", file.display(), run.stderr);
    let deeds = ["allocates", "reallocates", "frees"].into_iter();
    Some(deeds.filter(|deed| run.stderr.contains(&format!("is `stack_only`, and {deed} "))).collect())
}

#[test]
fn refused() {
    let found = each(programs("refused"), |file| {
        let [old, new] = EDITIONS.map(|edition| refusal(file, edition));
        let Some((_, text)) = new.clone() else { return Some("it compiles".to_owned()) };
        if old != new {
            return Some(format!("the editions differ: {old:?}"));
        }
        if !OURS.iter().any(|words| text.contains(words)) {
            return Some(format!("for another reason:\n{text}"));
        }
        if std::env::var_os("BLESS").is_some() {
            golden(&text, file.with_extension("stderr"));
        }
        let expected = fs::read_to_string(file.with_extension("stderr")).unwrap_or_default();
        (expected != text).then(|| format!("the message differs:\n{text}"))
    });
    assert!(found.len() >= 60, "the programs are found: {}", found.len());
    none(found.into_iter().filter_map(|(name, fault)| Some(format!("{name}: {}", fault?))));
}

#[test]
fn accepted() {
    let found = each(programs("accepted"), |file| {
        EDITIONS.map(|edition| {
            let text = read(file) + ALLOCATOR;
            let program = match both().program(&name(file), &text, edition, &["-Dwarnings"]) {
                Ok(program) => program,
                Err(text) => return Some(format!("in edition {edition}:\n{text}")),
            };
            let run = Program::new(program).env("TRACE_MEMORY", "summary").run();
            let quiet = run.status == Some(0) && !run.stderr.contains("error: ");
            (!quiet).then(|| format!("it runs with {:?}:\n{}", run.status, run.stderr))
        })
    });
    assert!(found.len() >= 40, "the programs are found: {}", found.len());
    let faults = found.into_iter().flat_map(|(name, faults)| {
        faults.into_iter().flatten().map(move |fault| format!("{name}: {fault}"))
    });
    none(faults);
}

/// What types cannot show.
#[test]
fn found_at_run_time() {
    let found = each(programs("run_time"), |file| broken(both(), file));
    assert!(found.len() > 10, "the programs are found");
    let silent = found.into_iter().filter(|(_, deeds)| deeds.as_ref().is_none_or(BTreeSet::is_empty));
    none(silent.map(|(name, deeds)| format!("{name}: {deeds:?}")));
}

/// Every verdict, in one table.
#[test]
fn the_table_is_true() {
    let mut table = String::from("| program | what it does | compiler | run |\n|---|---|---|---|\n");
    let deeds = |deeds: Option<BTreeSet<&'static str>>| match deeds {
        None => "does not compile".to_owned(),
        Some(deeds) if deeds.is_empty() => "nothing".to_owned(),
        Some(deeds) => deeds.into_iter().collect::<Vec<_>>().join(", "),
    };
    for (part, runtime) in [("refused", run_time_alone()), ("run_time", both())] {
        let rows = each(programs(part), |file| {
            let compiler = refusal(file, "2024").map_or("accepts it", |(stage, _)| stage);
            let text = read(file);
            let rule = text.lines().next().unwrap_or_default().trim_start_matches("//! ").to_owned();
            (rule, compiler, deeds(broken(runtime, file)))
        });
        for (name, (rule, compiler, run)) in rows {
            let link = format!("[{name}](../tests/ui/stack_only/{part}/{name}.rs)");
            writeln!(table, "| {link} | {rule} | {compiler} | {run} |").expect("texts take everything");
        }
    }
    let page = workspace().join("docs/stack-only.md");
    let text = read(&page);
    let (start, end) = ("<!-- table of verdicts -->\n", "<!-- end of the table -->\n");
    let (before, rest) = text.split_once(start).expect("the page has a place for the table");
    let (_, after) = rest.split_once(end).expect("the place has an end");
    golden(&format!("{before}{start}{table}{end}{after}"), page);
}

/// The lints of a compiler for a text: code and line of each.
fn lints(compiler: Command, file: &Path, options: &[&str]) -> BTreeSet<(String, u64)> {
    let options = [&["--emit=metadata", "--error-format=json"], options].concat();
    let output = both().compile_by(compiler, file, "2024", &options);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let messages = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let lints = messages.filter_map(|message| {
        let code = message["code"]["code"].as_str()?.to_owned();
        Some((code, message["spans"][0]["line_start"].as_u64()?))
    });
    lints.collect()
}

fn clippy() -> Command {
    let beside = PathBuf::from(rustc().get_program()).with_file_name("clippy-driver");
    if beside.is_file() { Command::new(beside) } else { Command::new("clippy-driver") }
}

/// The attribute adds no lint, and takes none away.
#[test]
fn lints_are_the_same() {
    if clippy().arg("--version").output().is_err() {
        return;
    }
    let groups = ["-Wclippy::all", "-Wclippy::pedantic", "-Wunused"];
    let found = each(programs("accepted"), |file| {
        let text = read(file);
        let plain: Vec<&str> = text
            .lines()
            .map(|line| if line.trim_start().starts_with("#[trace_memory") { "" } else { line })
            .collect();
        let plain = plain.join("\n").replace("use trace_memory::trace_memory;", "");
        let without = scratch(&format!("{}.rs", name(file)));
        fs::write(&without, plain).expect("the temporary folder takes files");
        let (with, without) = (lints(clippy(), file, &groups), lints(clippy(), &without, &groups));
        // Where the attribute stands, there is none without it.
        (with != without).then(|| format!("{:?}", with.symmetric_difference(&without).collect::<Vec<_>>()))
    });
    none(found.into_iter().filter_map(|(name, fault)| Some(format!("{name}: {}", fault?))));
}
