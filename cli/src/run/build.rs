//! Builds the program through Cargo, and reads what Cargo says of it.

use std::ffi::OsString;
use std::io::BufReader;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anstream::{AutoStream, ColorChoice};
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
    pub(super) errors: Vec<Told>,
}

/// An error, and the root of the crate that has it.
pub(super) struct Told {
    pub(super) root: PathBuf,
    pub(super) error: Diagnostic,
}

/// Builds the program. Of the original, Cargo shows what the compiler says; of a copy, errors are kept, and warnings are
/// those of the original.
pub(super) fn build(choice: Choice<'_>, options: &Options, place: &Place<'_>) -> Result<Built, Error> {
    let mut cargo = cargo();
    cargo.args(choice.kind.verb()).args(options.build_arguments(place));
    cargo.arg("--package").arg(format!("{}@{}", choice.package.name, choice.package.version));
    cargo.arg(format!("--{}", choice.kind.option()));
    if choice.kind != Kind::Lib {
        cargo.arg(&choice.target.name);
    }
    let format = match place {
        Place::Original => "json-render-diagnostics",
        Place::Copy { .. } => "json,json-diagnostic-rendered-ansi",
    };
    cargo.arg("--message-format").arg(format);
    let is_plain = AutoStream::choice(&std::io::stderr()) == ColorChoice::Never;
    cargo.env("CARGO_TERM_COLOR", if is_plain { "never" } else { "always" });
    if let Place::Copy { places, .. } = place {
        super::wrapper::set(&mut cargo, places)?;
    }
    let mut child = cargo.stdout(Stdio::piped()).spawn().map_err(|error| not_there(&error))?;
    let mut built = Built::default();
    if let Some(stdout) = child.stdout.take() {
        for message in Message::parse_stream(BufReader::new(stdout)) {
            let message = message.map_err(|error| Error::failed(format!("Cargo is cut off: {error}"), ""))?;
            built.add(message, choice);
        }
    }
    built.success = child.wait().is_ok_and(|status| status.success());
    Ok(built)
}

impl Built {
    fn add(&mut self, message: Message, choice: Choice<'_>) {
        match message {
            Message::CompilerArtifact(artifact) if is_of(&artifact, choice) => {
                self.executable = artifact.executable.map(Into::into);
            }
            Message::BuildScriptExecuted(script) => self.scripts.push(script),
            Message::CompilerMessage(message)
                if matches!(message.message.level, DiagnosticLevel::Error | DiagnosticLevel::Ice) =>
            {
                let root = message.target.src_path.into();
                self.errors.push(Told { root, error: message.message });
            }
            _ => {}
        }
    }

    /// Shows what went wrong, after all.
    pub(super) fn show_errors(&self) {
        for Told { error, .. } in &self.errors {
            let text = error.rendered.as_deref().unwrap_or(&error.message);
            anstream::eprint!("{}", without_attributes(text));
        }
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

/// Source text as it is in the original.
fn without_attributes(text: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some(start) = rest.find("#[::") {
        let end = rest[start..].find(']').map_or(rest.len(), |length| start + length + 1);
        let is_ours = rest[start..end].contains("::trace_memory");
        let before = &rest[..start];
        if is_ours {
            out.push_str(before.strip_suffix(' ').unwrap_or(before));
        } else {
            out.push_str(&rest[..end]);
        }
        rest = &rest[end..];
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::without_attributes;

    #[test]
    fn the_attribute_is_not_shown() {
        let text = "12 | } #[::trace_memory::trace_memory]\n13 | #[::tm::trace_memory(crate = ::tm)]\n14 | #[::other] fn f() {}\n#[::";
        assert_eq!(without_attributes(text), "12 | }\n13 |\n14 | #[::other] fn f() {}\n#[::");
    }
}
