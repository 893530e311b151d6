//! What the tests of the command have in common: the command, and traces of programs of this workspace.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use trace_memory::file::{Format, convert};
use trace_memory::print::Style;
use trace_memory_tests::{Program, cargo, profile_folder, scratch};

/// The command as Cargo runs it, with nothing of the caller's settings.
pub(crate) fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-trace-memory"));
    command.arg("trace-memory").env("COLUMNS", "100").env("TRACE_MEMORY_STABLE", "1");
    let names = ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "CARGO_TERM_COLOR", "CARGO_TERM_UNICODE"];
    for name in names {
        command.env_remove(name);
    }
    command
}

/// What a run of the command says, and how it ends.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) status: Option<i32>,
}

impl Said {
    pub(crate) fn by(command: &mut Command) -> Self {
        let Output { stdout, stderr, status } = command.output().expect("the command is built");
        let text = |bytes| String::from_utf8(bytes).expect("the command writes UTF-8");
        Self { stdout: text(stdout), stderr: text(stderr), status: status.code() }
    }

    /// The report of a run in which nothing was wrong.
    #[track_caller]
    pub(crate) fn report(self) -> String {
        assert_eq!((self.status, self.stderr.as_str()), (Some(0), ""), "{}", self.stdout);
        self.stdout
    }
}

pub(crate) fn said(arguments: &[&str]) -> Said {
    Said::by(command().args(arguments))
}

/// A program of the tests' package.
pub(crate) fn test_program(name: &str) -> Program {
    let profile = profile_folder();
    let target = profile.parent().expect("a profile is in the target folder");
    let mut build = cargo();
    build.args(["build", "--quiet", "--package", "trace-memory-tests", "--bin", name, "--target-dir"]);
    assert!(build.arg(target).status().expect("Cargo runs the tests").success(), "`{name}` builds");
    Program::new(profile.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
}

/// One run of a program as a trace of records, and the same run as a trace of lines.
#[derive(Debug)]
pub(crate) struct Traces {
    pub(crate) bin: PathBuf,
    pub(crate) json: PathBuf,
}

impl Traces {
    pub(crate) fn of(program: Program) -> Self {
        let (traces, words) = Self::made(program);
        assert!(!words.contains("trace-memory"), "{words}");
        traces
    }

    /// Of a program about which the tracer has something to say.
    pub(crate) fn of_loud(program: Program) -> Self {
        Self::made(program).0
    }

    fn made(program: Program) -> (Self, String) {
        let bin = scratch("trace.bin");
        let run = program.env("TRACE_MEMORY", format!("bin:{}", bin.display())).run();
        let json = scratch("trace.jsonl");
        let mut file = File::create(&json).expect("the target folder takes files");
        convert(&bin, Format::Json, &Style::default(), &mut file).expect("a trace");
        (Self { bin, json }, run.stderr)
    }

    /// They may be long.
    pub(crate) fn remove(self) {
        for path in [self.bin, self.json] {
            std::fs::remove_file(path).expect("the trace");
        }
    }

    pub(crate) fn bin(&self) -> &str {
        shown(&self.bin)
    }

    pub(crate) fn json(&self) -> &str {
        shown(&self.json)
    }
}

pub(crate) fn shown(path: &Path) -> &str {
    path.to_str().expect("the target folder has a name in UTF-8")
}

/// The traces of the example that the page shows.
pub(crate) fn orders() -> &'static Traces {
    static ORDERS: OnceLock<Traces> = OnceLock::new();
    ORDERS.get_or_init(|| Traces::of(Program::example("orders")))
}

/// Those of a run that reserves what it needs.
pub(crate) fn careful_orders() -> &'static Traces {
    static ORDERS: OnceLock<Traces> = OnceLock::new();
    ORDERS.get_or_init(|| Traces::of(Program::example("orders").env("CAREFUL", "1")))
}
