//! Builds the program through Cargo, and reads what Cargo says of it.

use std::ffi::OsString;
use std::io::BufReader;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use cargo_metadata::diagnostic::{Diagnostic, DiagnosticLevel};
use cargo_metadata::{Artifact, BuildScript, Message, Metadata};

use super::selection::{Choice, Kind, Options, Place};
use crate::error::Error;

/// The Cargo that called, or the one on the path.
pub(super) fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")))
}

fn not_there(error: &std::io::Error) -> Error {
    Error::failed(format!("Cargo does not run: {error}"), "is it installed, and on the `PATH`?")
}

/// What the workspace consists of. Dependencies are not resolved: that could write a `Cargo.lock`.
pub(super) fn metadata(options: &Options) -> Result<Metadata, Error> {
    let mut cargo = cargo();
    cargo.args(["metadata", "--no-deps", "--format-version", "1"]).args(options.metadata_arguments());
    let asked = cargo.stderr(Stdio::inherit()).output().map_err(|error| not_there(&error))?;
    if !asked.status.success() {
        return Err(Error::build("Cargo cannot read the workspace", ""));
    }
    serde_json::from_slice(&asked.stdout).map_err(|error| {
        Error::failed(format!("what Cargo says of the workspace makes no sense: {error}"), "")
    })
}

/// What a build made, or why there is nothing.
#[derive(Default)]
pub(super) struct Built {
    pub(super) success: bool,
    /// The program.
    pub(super) executable: Option<PathBuf>,
    /// What build scripts asked for.
    pub(super) scripts: Vec<BuildScript>,
    /// What kept the program from being built, not yet shown.
    pub(super) errors: Vec<Diagnostic>,
}

/// Builds the program. Warnings are shown, errors kept.
pub(super) fn build(choice: Choice<'_>, options: &Options, place: &Place<'_>) -> Result<Built, Error> {
    let mut cargo = cargo();
    cargo.args(choice.kind.verb()).args(options.build_arguments(place));
    cargo.arg("--package").arg(format!("{}@{}", choice.package.name, choice.package.version));
    cargo.arg(format!("--{}", choice.kind.option()));
    if choice.kind != Kind::Lib {
        cargo.arg(&choice.target.name);
    }
    cargo.arg(format!(
        "--message-format=json{}",
        if is_colored() { ",json-diagnostic-rendered-ansi" } else { "" }
    ));
    if let Place::Copy { places, .. } = place {
        super::wrapper::set(&mut cargo, places)?;
    }
    let mut child = cargo.stdout(Stdio::piped()).spawn().map_err(|error| not_there(&error))?;
    let mut built = Built::default();
    if let Some(stdout) = child.stdout.take() {
        for message in Message::parse_stream(BufReader::new(stdout)) {
            built.add(message?, choice);
        }
    }
    built.success = child.wait()?.success();
    Ok(built)
}

impl Built {
    fn add(&mut self, message: Message, choice: Choice<'_>) {
        match message {
            Message::CompilerArtifact(artifact) if is_of(&artifact, choice) => {
                self.executable = artifact.executable.map(Into::into);
            }
            Message::BuildScriptExecuted(script) => self.scripts.push(script),
            Message::CompilerMessage(message) => match message.message.level {
                DiagnosticLevel::Error | DiagnosticLevel::Ice => self.errors.push(message.message),
                _ => show(&message.message),
            },
            _ => {}
        }
    }

    /// Shows what went wrong, after all.
    pub(super) fn show_errors(&self) {
        self.errors.iter().for_each(show);
    }
}

/// Whether an artifact is the program. Of the package, Cargo's own id is that of the copy, so its name decides.
fn is_of(artifact: &Artifact, choice: Choice<'_>) -> bool {
    let is_test = matches!(choice.kind, Kind::Test | Kind::Bench | Kind::Lib);
    choice.kind.is(&artifact.target)
        && artifact.target.name == choice.target.name
        && artifact.executable.is_some()
        && artifact.profile.test == is_test
}

#[expect(clippy::print_stderr, reason = "it is what the compiler says, and Cargo writes it there")]
fn show(message: &Diagnostic) {
    eprint!("{}", message.rendered.as_deref().unwrap_or(&message.message));
}

fn is_colored() -> bool {
    use std::io::IsTerminal as _;
    match std::env::var("CARGO_TERM_COLOR").as_deref() {
        Ok("always") => true,
        Ok("never") => false,
        _ => {
            std::io::stderr().is_terminal()
                && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        }
    }
}
