//! `stack_only`: what the compiler refuses, what it accepts, and what a run says of both.
//!
//! `BLESS=1 cargo test -p trace-memory-tests --test stack_only` accepts the messages there are now, and writes
//! the table of `docs/stack-only.md`; read them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;
use trace_memory_tests::builds::{Runtime, message};
use trace_memory_tests::compiler::in_parallel;
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
        Runtime::build("stack-only-run-time", &["--no-default-features", "--features", "trace"])
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

/// What `work` gives for each of the files, by name.
fn each<T: Send>(files: &[PathBuf], work: impl Fn(&Path) -> T + Sync) -> BTreeMap<String, T> {
    let results = in_parallel(files, |file| work(file));
    files.iter().map(|file| name(file)).zip(results).collect()
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
    let _ = fs::remove_file(&program);
    (!output.status.success()).then(|| ("`cargo build`", message(&output)))
}

/// The words by which a refusal is one of ours.
const OURS: [&str; 11] = [
    "keeps its data on the heap",
    "is of a type that has to be dropped, so it may own memory on the heap",
    "this call may allocate in a",
    "writes into the buffer of stdout",
    "with arguments makes its message on the heap",
    "`stack_only` stands alone or takes `allow(print)`",
    "is not known to stay on the stack",
    "is `stack_only(deep)`; accept it with",
    "this `?` makes another type of error",
    "not a tuple struct or tuple variant",
    "`trust` names what `deep` does not follow",
];

/// How a run breaks the rule, as far as the run-time check sees.
fn broken(runtime: &Runtime, file: &Path) -> Option<BTreeSet<&'static str>> {
    let program = runtime.program(&name(file), &(read(file) + ALLOCATOR), "2024", &["-Aunused"]).ok()?;
    let run = Program::new(&program).env("TRACE_MEMORY", "summary").run();
    let _ = fs::remove_file(&program);
    assert_eq!(run.status, Some(0), "{}: {}", file.display(), run.stderr);
    let deeds = ["allocates", "reallocates", "frees"].into_iter();
    Some(deeds.filter(|deed| run.stderr.contains(&format!("is `stack_only`, and {deed} "))).collect())
}

#[test]
fn refused() {
    let found = each(&programs("refused"), |file| {
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
    let found = each(&programs("accepted"), |file| {
        EDITIONS.map(|edition| {
            let text = read(file) + ALLOCATOR;
            let program = match both().program(&name(file), &text, edition, &["-Dwarnings"]) {
                Ok(program) => program,
                Err(text) => return Some(format!("in edition {edition}:\n{text}")),
            };
            let run = Program::new(&program).env("TRACE_MEMORY", "summary").run();
            let _ = fs::remove_file(&program);
            let quiet = run.status == Some(0) && !run.stderr.contains("error: ");
            (!quiet).then(|| format!("it runs with {:?}:\n{}", run.status, run.stderr))
        })
    });
    assert!(found.len() >= 40, "the programs are found: {}", found.len());
    let faults = found
        .into_iter()
        .flat_map(|(name, faults)| faults.into_iter().flatten().map(move |fault| format!("{name}: {fault}")));
    none(faults);
}

/// What types cannot show.
#[test]
fn found_at_run_time() {
    let found = each(&programs("run_time"), |file| broken(both(), file));
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
        let rows = each(&programs(part), |file| {
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

/// The program without `stack_only`: only traced, or, where the trace takes no `const fn`, plain.
fn traced_only(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let line = |(at, line): (usize, &&str)| {
        let options = line.trim_start().starts_with("#[trace_memory(stack_only");
        let constant = lines.get(at + 1).is_some_and(|next| next.contains("const fn"));
        if !options {
            (*line).to_owned()
        } else if constant {
            String::new()
        } else {
            "#[trace_memory]".to_owned()
        }
    };
    let plain: Vec<String> = lines.iter().enumerate().map(line).collect();
    let used = plain.iter().any(|line| line.contains("#[trace_memory"));
    let plain = plain.join("\n");
    if used { plain } else { plain.replace("use trace_memory::trace_memory;", "") }
}

/// `stack_only` adds no lint, and takes none away.
#[test]
fn lints_are_the_same() {
    if clippy().arg("--version").output().is_err() {
        return;
    }
    let groups = ["-Wclippy::all", "-Wclippy::pedantic", "-Wunused"];
    let found = each(&programs("accepted"), |file| {
        let text = read(file);
        let of = |text: &str| {
            let file = scratch(&format!("{}.rs", name(file)));
            fs::write(&file, text).expect("the temporary folder takes files");
            lints(clippy(), &file, &groups)
        };
        let (with, traced, plain) = (of(&text), of(&traced_only(&text)), of(&plain(&text)));
        // The trace alone may lose one, which the copy of the body brings back.
        let none_more = with.iter().all(|lint| traced.contains(lint) || plain.contains(lint));
        (!none_more || !traced.is_subset(&with))
            .then(|| format!("{with:?}, traced {traced:?}, plain {plain:?}"))
    });
    none(found.into_iter().filter_map(|(name, fault)| Some(format!("{name}: {}", fault?))));
}

/// Without the trace and without `std`.
fn alone() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        Runtime::build(
            "stack-only-alone",
            &["--no-default-features", "--features", "stack-only", "--release"],
        )
    })
}

/// Without the trace.
fn without_trace() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        let features = ["--no-default-features", "--features", "std,stack-only", "--release"];
        Runtime::build("stack-only-off", &features)
    })
}

#[test]
fn a_library_without_std_and_without_an_allocator() {
    let library = |body: &str| {
        let file = scratch("library.rs");
        let text = format!(
            "#![no_std]\n#![forbid(unsafe_code)]\nuse trace_memory::{{StackOnly, trace_memory}};\n\
             pub struct Guard<'a>(&'a core::cell::Cell<bool>);\n\
             impl Drop for Guard<'_> {{ fn drop(&mut self) {{ self.0.set(false); }} }}\n\
             impl StackOnly for Guard<'_> {{}}\n\
             pub struct Handle(pub u8);\nimpl Drop for Handle {{ fn drop(&mut self) {{}} }}\n{body}"
        );
        fs::write(&file, text).expect("the temporary folder takes files");
        alone().compile(&file, "2024", &["--crate-type=lib", "-Dwarnings"])
    };
    let good = "#[trace_memory(stack_only)]\npub fn f(flag: &core::cell::Cell<bool>, numbers: &mut [u8]) -> u8 {\n\
                flag.set(true);\nlet _guard = Guard(flag);\nnumbers.reverse();\nnumbers.iter().sum()\n}\n";
    let output = library(good);
    assert!(output.status.success(), "{}", message(&output));
    let bad = "#[trace_memory(stack_only)]\npub fn f(number: u8) -> u8 {\nlet handle = make(number);\nhandle.0\n}\n\
               fn make(number: u8) -> Handle { Handle(number) }\n";
    let output = library(bad);
    assert!(!output.status.success() && message(&output).contains(OURS[1]), "{}", message(&output));
}

/// The machine code of a program, without the trace.
fn code(text: &str) -> String {
    let file = scratch("subject.rs");
    fs::write(&file, text).expect("the temporary folder takes files");
    let options = ["-Copt-level=3", "--crate-type=lib", "--emit=asm", "-o-", "-Aunused"];
    let output = without_trace().compile(&file, "2024", &options);
    assert!(output.status.success(), "{}", message(&output));
    without_names(&String::from_utf8(output.stdout).expect("output is UTF-8"))
}

/// Machine code with numbers in place of the names of functions: a closure's name says how many stand before it.
fn without_names(code: &str) -> String {
    let mut names = BTreeMap::new();
    let is_part = |letter: char| letter.is_alphanumeric() || "_.$".contains(letter);
    let mut text = String::new();
    for word in code.split_inclusive(|letter| !is_part(letter)) {
        let name = word.trim_end_matches(|letter| !is_part(letter));
        let mangled = ["_ZN", "_R", ".L_ZN", ".Lanon."].iter().any(|start| name.contains(start));
        if mangled {
            let next = names.len();
            let number = names.entry(name.to_owned()).or_insert(next);
            write!(text, "name{number}{}", &word[name.len()..]).expect("texts take everything");
        } else {
            text.push_str(word);
        }
    }
    text
}

#[test]
fn without_the_trace_it_costs_nothing() {
    let (mut compared, mut lines) = (0, 0);
    for file in programs("accepted") {
        let text = read(&file).replace("fn main", "pub fn main");
        if text.contains("permit") {
            continue;
        }
        let (with, without) = (code(&text), code(&plain(&text)));
        lines += with.lines().count();
        assert!(with == without, "{}: the machine code differs", file.display());
        compared += 1;
    }
    assert!(compared >= 40 && lines > 2_000, "{compared} programs, {lines} lines");
}

/// The program without the attribute.
fn plain(text: &str) -> String {
    let stays = |line: &&str| !line.trim_start().starts_with("#[trace_memory");
    let lines: Vec<&str> = text.lines().map(|line| if stays(&line) { line } else { "" }).collect();
    lines.join("\n").replace("use trace_memory::trace_memory;", "")
}

/// The check above can fail.
#[test]
fn another_body_is_other_machine_code() {
    let text = "pub fn main() { println!(\"{}\", std::env::args().count() + 1); }";
    assert_ne!(code(text), code(&text.replace("+ 1", "+ 2")));
}

#[test]
fn the_example() {
    let run =
        || Program::example("realtime_mixer").env("TRACE_MEMORY", "summary").env("TRACE_MEMORY_STABLE", "1");
    let folder = workspace().join("examples/realtime_mixer");
    let good = run().run();
    assert_eq!(good.status, Some(0), "{}", good.stderr);
    golden(&good.stdout, folder.join("good.stdout"));
    assert!(!good.stderr.contains("stack_only"), "{}", good.stderr);
    let bad = run().arg("--bug").run();
    assert_eq!(bad.status, Some(100), "{}", bad.stderr);
    golden(&bad.stdout, folder.join("bug.stdout"));
    // The summary counts the arguments, and so the path of the program.
    let told = bad.stderr.split("memory summary").next().unwrap_or_default();
    golden(told, folder.join("bug.stderr"));
}

const HIDDEN: &str = "use trace_memory::trace_memory;\n\
    fn hidden() -> usize { std::hint::black_box(vec![1_u8; 24]).len() }\n\
    #[trace_memory(stack_only)]\nfn f() -> usize { hidden() }\n";

/// A program of these functions, run.
fn run(functions: &str, options: &[&str], setting: &str) -> trace_memory_tests::Run {
    let text = format!("{HIDDEN}{functions}");
    let program = both().program("subject", &text, "2024", &[&["-Aunused"], options].concat());
    let program = Program::new(program.unwrap_or_else(|text| panic!("{text}")));
    program.env("TRACE_MEMORY", "summary").env("TRACE_MEMORY_STACK_ONLY", setting).run()
}

#[test]
fn reactions() {
    let main = format!("{ALLOCATOR}fn main() {{ f(); f(); println!(\"on\"); }}");
    let report = run(&main, &[], "report");
    assert_eq!((report.status, report.stdout.as_str()), (Some(0), "on\n"));
    // Each place is told once: an allocation and a free.
    assert_eq!(
        report.stderr.matches("error: `subject::f` is `stack_only`, and ").count(),
        2,
        "{}",
        report.stderr
    );
    let panic = run(&main, &[], "panic");
    assert_eq!((panic.status, panic.stdout.as_str()), (Some(101), ""));
    assert!(panic.stderr.contains("allocates 24 B on the heap"), "{}", panic.stderr);
    let abort = run(&main, &[], "abort");
    assert_eq!((abort.status, abort.stdout.as_str()), (None, ""));
    assert!(abort.stderr.contains("frees a heap block of 24 B"), "{}", abort.stderr);
    let unwinding = format!(
        "{ALLOCATOR}#[trace_memory(stack_only)]\nfn g() -> usize {{ hidden(); panic!() }}\n\
         fn main() {{ println!(\"{{}}\", std::panic::catch_unwind(g).is_err()); }}"
    );
    let unwinding = run(&unwinding, &[], "panic");
    assert_eq!((unwinding.status, unwinding.stdout.as_str()), (Some(0), "true\n"), "{}", unwinding.stderr);
    assert!(unwinding.stderr.contains("allocates 24 B on the heap"), "{}", unwinding.stderr);
}

#[test]
fn a_permit_ends_by_unwinding() {
    let main = format!(
        "{ALLOCATOR}#[trace_memory(stack_only)]\nfn g() -> bool {{\n\
         let unwound = trace_memory::permit(caught);\nhidden();\nunwound\n}}\n\
         fn caught() -> bool {{\n\
         std::panic::catch_unwind(|| trace_memory::permit(|| {{ hidden(); panic!() }})).is_err()\n}}\n\
         fn main() {{ println!(\"{{}} {{}}\", g(), trace_memory::violations()); }}"
    );
    let run = run(&main, &[], "report");
    assert_eq!(run.stdout, "true 2\n", "{}", run.stderr);
}

#[test]
fn a_violation_fails_its_test() {
    let tests = "#[test]\nfn fails() { f(); }\n#[test]\nfn passes() { hidden(); }\n\
                 #[test]\n#[should_panic(expected = \"allocates 24 B\")]\nfn panics() { f(); }\n";
    let with = run(&format!("{ALLOCATOR}{tests}"), &["--test"], "report");
    assert_eq!(with.status, Some(101));
    for line in ["test fails ... FAILED", "test passes ... ok", "test panics - should panic ... ok"] {
        assert!(with.stdout.contains(line), "{line}: {}", with.stdout);
    }
    assert!(with.stdout.contains("allocates 24 B on the heap") && with.stdout.contains("frees a heap block"));
    let without = run("#[test]\nfn fails() { f(); }", &["--test"], "report");
    assert_eq!(without.status, Some(101), "{}", without.stdout);
    assert!(without.stdout.contains("`trace_memory::Alloc` is not installed"), "{}", without.stdout);
}

#[test]
fn a_missing_allocator_is_told_once() {
    let run = run("fn main() { f(); f(); }", &[], "report");
    assert_eq!(run.status, Some(0));
    assert_eq!(run.stderr.matches("no `stack_only` function is watched").count(), 1, "{}", run.stderr);
}

#[test]
fn a_violation_is_an_event() {
    let text = format!("{HIDDEN}{ALLOCATOR}fn main() {{ f(); }}");
    let program =
        both().program("subject", &text, "2024", &["-Aunused"]).unwrap_or_else(|text| panic!("{text}"));
    let (_, trace) = Program::new(program).trace();
    let found: Vec<&Value> = trace.events("violation").collect();
    let [alloc, free] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(
        (&alloc["what"], &alloc["fn"], &alloc["bytes"]),
        (&"alloc".into(), &"subject::f".into(), &24.into())
    );
    assert_eq!((&free["what"], &free["block"]), (&"free".into(), &alloc["block"]));
    let schema = read(&workspace().join("runtime/schema/trace.schema.json"));
    let schema = serde_json::from_str::<Value>(&schema).expect("the schema is JSON");
    let schema = jsonschema::validator_for(&schema).expect("the schema is one");
    for line in &trace.lines {
        assert!(schema.is_valid(line), "{line}");
    }
}
