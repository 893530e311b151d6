//! With the feature `trace` off, the attribute changes nothing, and costs nothing.

use std::fs;
use std::process::Output;
use std::sync::OnceLock;

use trace_memory_tests::builds::Runtime;
use trace_memory_tests::corpus::source;
use trace_memory_tests::{cargo, scratch, workspace};

fn stdout(output: Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("output is UTF-8")
}

/// The runtime without the trace, optimised.
fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Runtime::build("trace-off", &["--release", "--no-default-features"]))
}

/// Compiles a program as if its source had the name `subject.rs`; `options` come last.
fn compile(text: &str, options: &[&str]) -> Output {
    let file = scratch("subject.rs");
    fs::write(&file, text).expect("the temporary folder takes files");
    runtime().compile(&file, "2024", &[&["--cap-lints=allow", "-Copt-level=3"], options].concat())
}

/// The machine code of a program.
fn code(text: &str) -> String {
    stdout(compile(text, &["--emit=asm", "-o-"]))
}

#[test]
fn the_machine_code_is_the_same() {
    for program in ["drops_ordinary", "drops_async", "drops_patterns"] {
        let text = fs::read_to_string(source(program)).expect("the program is there");
        let folder = source(program);
        let folder = folder.parent().expect("files are in folders").display().to_string();
        let modules = |text: &str| {
            text.replace(
                "mod drops_support;",
                &format!("#[path = \"{folder}/drops_support.rs\"] mod drops_support;"),
            )
            .replace("mod drops_polls;", &format!("#[path = \"{folder}/drops_polls.rs\"] mod drops_polls;"))
        };
        let plain = text.replace("use trace_memory::trace_memory;", "").replace("#[trace_memory]", "");
        assert!(text.matches("#[trace_memory]").count() > 10, "{program} has functions with the attribute");
        let (with, without) = (code(&modules(&text)), code(&modules(&plain)));
        assert!(with.lines().count() > 1_000, "{program} has code");
        assert!(with == without, "{program}: the machine code differs");
    }
}

/// The check above can fail.
#[test]
fn another_column_is_other_machine_code() {
    let text = "fn main() { let list = vec![1]; println!(\"{}\", list[std::env::args().count()]); }";
    assert_ne!(code(text), code(&text.replace("println", " println")));
}

#[test]
fn nothing_is_read() {
    let text = "#![no_std]\n#[trace_memory::trace_memory(whatever = 1)]\npub struct S;\n\
                #[trace_memory::trace_memory]\npub const fn f() -> u8 { 1 }\n";
    let output = compile(text, &["--crate-type=lib", "--emit=metadata"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn no_parser_is_compiled() {
    let tree = |features: &[&str]| {
        let mut cargo = cargo();
        cargo.current_dir(workspace()).args([
            "tree",
            "--offline",
            "--package",
            "trace-memory",
            "--edges",
            "normal,build",
        ]);
        cargo.args(["--prefix", "none", "--format", "{lib}"]).args(features);
        let text = stdout(cargo.output().expect("Cargo runs the tests, and so is there"));
        text.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(tree(&["--no-default-features"]), ["trace_memory", "trace_memory_macros"]);
    assert_eq!(
        tree(&["--no-default-features", "--features", "std"]),
        ["trace_memory", "trace_memory_macros"]
    );
    assert!(tree(&[]).contains(&"syn".to_owned()));
}
