//! What is built and run: Cargo's own options, with Cargo's meanings.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use cargo_metadata::{Metadata, Package, Target, TargetKind};

use crate::error::Error;

/// Which program, of which package.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "What to run")]
pub(super) struct Selection {
    /// The package that the program is of
    #[arg(long, short, value_name = "SPEC")]
    pub(super) package: Option<String>,
    /// Runs this binary
    #[arg(long, value_name = "NAME", group = "program")]
    bin: Option<String>,
    /// Runs this example
    #[arg(long, value_name = "NAME", group = "program")]
    example: Option<String>,
    /// Runs this integration test
    #[arg(long, value_name = "NAME", group = "program")]
    test: Option<String>,
    /// Runs this benchmark
    #[arg(long, value_name = "NAME", group = "program")]
    bench: Option<String>,
    /// Runs the unit tests of the library
    #[arg(long, group = "program")]
    lib: bool,
}

/// Options that go on to Cargo as they are.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Options of Cargo")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of Cargo's, and says what it says there")]
pub(super) struct Options {
    /// Features to activate, separated by spaces or commas
    #[arg(long, short = 'F', value_name = "FEATURES")]
    features: Vec<String>,
    /// Activates all features
    #[arg(long)]
    all_features: bool,
    /// Does not activate the feature `default`
    #[arg(long)]
    no_default_features: bool,
    /// Builds with optimizations
    #[arg(long, short, conflicts_with = "profile")]
    release: bool,
    /// Builds with this profile
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// Builds for this target triple
    #[arg(long, value_name = "TRIPLE")]
    target: Option<String>,
    /// The folder for everything that is built, and for traces
    #[arg(long, value_name = "DIRECTORY")]
    target_dir: Option<PathBuf>,
    /// The `Cargo.toml` to start from
    #[arg(long, value_name = "PATH")]
    manifest_path: Option<PathBuf>,
    /// Asserts that `Cargo.lock` stays as it is
    #[arg(long)]
    locked: bool,
    /// Runs without the network
    #[arg(long)]
    offline: bool,
    /// Both of `--locked` and `--offline`
    #[arg(long)]
    frozen: bool,
    /// How many jobs run at once
    #[arg(long, short, value_name = "N", allow_negative_numbers = true)]
    jobs: Option<String>,
    /// Overrides a value of Cargo's configuration
    #[arg(long, value_name = "KEY=VALUE|PATH")]
    config: Vec<String>,
    /// Flags of Cargo on a nightly toolchain
    #[arg(short = 'Z', value_name = "FLAG")]
    unstable: Vec<String>,
    /// Says less: only what goes wrong
    #[arg(long, short)]
    pub(super) quiet: bool,
}

/// Where the workspace is: as it is, or its copy.
pub(super) enum Place<'a> {
    Original,
    Copy {
        /// Of the workspace.
        manifest: &'a Path,
        /// Its own target folder.
        target: &'a Path,
        /// What the compiler is told of it: see `wrapper`.
        places: &'a OsStr,
    },
}

impl Options {
    /// What is to be known before anything is built.
    pub(super) fn metadata_arguments(&self) -> Vec<OsString> {
        let mut arguments = self.network(true);
        arguments.extend(self.manifest());
        arguments
    }

    /// What is to be said of the copy to each of Cargo's verbs.
    pub(super) fn copy_arguments(&self) -> Vec<OsString> {
        // It has one dependency more, so its `Cargo.lock` cannot stay as it is.
        self.network(false)
    }

    /// What a build is told.
    pub(super) fn build_arguments(&self, place: &Place<'_>) -> Vec<OsString> {
        let mut all = match place {
            Place::Original => self.network(true),
            Place::Copy { .. } => self.copy_arguments(),
        };
        match place {
            Place::Original => {
                all.extend(self.manifest());
                all.extend(self.target_dir.iter().flat_map(|path| ["--target-dir".into(), path.into()]));
            }
            Place::Copy { manifest, target, .. } => {
                all.extend(["--manifest-path".into(), (*manifest).into()]);
                all.extend(["--target-dir".into(), (*target).into()]);
            }
        }
        let mut flag = |is: bool, name: &str| all.extend(is.then(|| name.into()));
        flag(self.all_features, "--all-features");
        flag(self.no_default_features, "--no-default-features");
        flag(self.release, "--release");
        flag(self.quiet, "--quiet");
        let mut pair = |name: &str, value: Option<&str>| {
            all.extend(value.into_iter().flat_map(|value| [name.into(), value.into()]));
        };
        pair("--profile", self.profile.as_deref());
        pair("--target", self.target.as_deref());
        pair("--jobs", self.jobs.as_deref());
        self.features.iter().for_each(|features| pair("--features", Some(features)));
        all
    }

    /// Where traces go.
    pub(super) fn traces(&self, metadata: &Metadata) -> PathBuf {
        let target = match &self.target_dir {
            Some(folder) => std::path::absolute(folder).unwrap_or_else(|_| folder.clone()),
            None => metadata.target_directory.clone().into(),
        };
        target.join("trace-memory")
    }

    fn manifest(&self) -> impl Iterator<Item = OsString> {
        let path = self.manifest_path.iter();
        path.flat_map(|path| ["--manifest-path".into(), path.into()])
    }

    fn network(&self, is_original: bool) -> Vec<OsString> {
        let mut all: Vec<OsString> = Vec::new();
        all.extend((self.locked && is_original).then(|| "--locked".into()));
        all.extend((self.frozen && is_original).then(|| "--frozen".into()));
        all.extend((self.offline || (self.frozen && !is_original)).then(|| "--offline".into()));
        all.extend(self.config.iter().flat_map(|value| ["--config".into(), value.into()]));
        all.extend(self.unstable.iter().flat_map(|flag| ["-Z".into(), flag.into()]));
        all
    }
}

/// The program that was chosen.
#[derive(Clone, Copy)]
pub(super) struct Choice<'a> {
    pub(super) package: &'a Package,
    pub(super) target: &'a Target,
    pub(super) kind: Kind,
}

/// What kind of program it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Bin,
    Example,
    Test,
    Bench,
    /// The unit tests of a library.
    Lib,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Bin => "binary",
            Self::Example => "example",
            Self::Test => "test",
            Self::Bench => "benchmark",
            Self::Lib => "library",
        }
    }

    /// Cargo's option for it, without dashes.
    pub(super) fn option(self) -> &'static str {
        match self {
            Self::Bin => "bin",
            Self::Example => "example",
            Self::Test => "test",
            Self::Bench => "bench",
            Self::Lib => "lib",
        }
    }

    /// Cargo's verb that builds it.
    pub(super) fn verb(self) -> &'static [&'static str] {
        match self {
            Self::Bin | Self::Example => &["build"],
            Self::Test | Self::Lib => &["test", "--no-run"],
            Self::Bench => &["bench", "--no-run"],
        }
    }

    pub(super) fn is(self, target: &Target) -> bool {
        let libraries = [
            TargetKind::Lib,
            TargetKind::RLib,
            TargetKind::DyLib,
            TargetKind::CDyLib,
            TargetKind::StaticLib,
            TargetKind::ProcMacro,
        ];
        match self {
            Self::Bin => target.kind.contains(&TargetKind::Bin),
            // An example may be a library.
            Self::Example => {
                target.kind.contains(&TargetKind::Example)
                    && target.crate_types.contains(&cargo_metadata::CrateType::Bin)
            }
            Self::Test => target.kind.contains(&TargetKind::Test),
            Self::Bench => target.kind.contains(&TargetKind::Bench),
            Self::Lib => target.kind.iter().any(|kind| libraries.contains(kind)),
        }
    }
}

impl Selection {
    fn wanted(&self) -> Option<(Kind, Option<&str>)> {
        let named = [
            (Kind::Bin, &self.bin),
            (Kind::Example, &self.example),
            (Kind::Test, &self.test),
            (Kind::Bench, &self.bench),
        ];
        let named = named.into_iter().find_map(|(kind, name)| Some((kind, Some(name.as_deref()?))));
        named.or_else(|| self.lib.then_some((Kind::Lib, None)))
    }

    /// The one program that the options name, as Cargo would choose it.
    pub(super) fn choose<'a>(&self, metadata: &'a Metadata) -> Result<Choice<'a>, Error> {
        let packages = self.packages(metadata)?;
        let wanted = self.wanted();
        let (kind, name) = wanted.unwrap_or((Kind::Bin, None));
        let of_kind = packages.iter().flat_map(|package| {
            let targets = package.targets.iter().filter(move |target| kind.is(target));
            targets.map(move |target| Choice { package, target, kind })
        });
        let of_kind: Vec<Choice<'a>> = of_kind.collect();
        let chosen = of_kind.iter().filter(|choice| match (name, &choice.package.default_run) {
            (Some(name), _) => choice.target.name == name,
            (None, Some(default)) if wanted.is_none() => choice.target.name == *default,
            (None, _) => true,
        });
        let chosen: Vec<&Choice<'_>> = chosen.collect();
        match (&chosen[..], name) {
            ([one], _) => Ok(**one),
            ([], Some(name)) => Err(missing(kind, name, &of_kind)),
            ([], None) => Err(nothing(kind)),
            (several, _) => Err(ambiguous(several)),
        }
    }

    fn packages<'a>(&self, metadata: &'a Metadata) -> Result<Vec<&'a Package>, Error> {
        let members = metadata.workspace_packages();
        let Some(spec) = &self.package else {
            let is_known = metadata.workspace_default_members.is_available();
            return Ok(if is_known { metadata.workspace_default_packages() } else { members });
        };
        let found: Vec<_> = members.iter().copied().filter(|package| is_named(package, spec)).collect();
        if found.is_empty() {
            let names: Vec<&str> = members.iter().map(|package| package.name.as_str()).collect();
            let what = format!("package {} is not in the workspace", code(spec));
            return Err(Error::usage(what, format!("its packages are {}", listed(&names))));
        }
        Ok(found)
    }
}

/// Whether `spec` is a package's name, `name@version`, or its id.
fn is_named(package: &Package, spec: &str) -> bool {
    let name = package.name.as_str();
    let version = spec.strip_prefix(name).and_then(|rest| rest.strip_prefix(['@', ':']));
    spec == name
        || spec == package.id.repr
        || version.is_some_and(|version| package.version.to_string() == version)
}

fn missing(kind: Kind, name: &str, there: &[Choice<'_>]) -> Error {
    let names: Vec<&str> = there.iter().map(|choice| choice.target.name.as_str()).collect();
    let help =
        if names.is_empty() { "there is none".to_owned() } else { format!("there is {}", listed(&names)) };
    Error::usage(format!("there is no {} {}", kind.word(), code(name)), help)
}

fn nothing(kind: Kind) -> Error {
    let help = match kind {
        Kind::Bin => {
            "name a program with `--example`, `--test`, `--bench` or `--lib`, or a package with `-p`"
        }
        _ => "name another package with `-p`",
    };
    Error::usage(format!("there is no {} to run", kind.word()), help)
}

fn ambiguous(several: &[&Choice<'_>]) -> Error {
    let names = several.iter().map(|choice| match choice.kind {
        Kind::Lib => format!("-p {} --lib", choice.package.name),
        kind => format!("-p {} --{} {}", choice.package.name, kind.option(), choice.target.name),
    });
    let names: Vec<String> = names.collect();
    Error::usage("more than one program could be run", format!("name one of {}", listed(&names)))
}

/// A text of somebody else's, safe to show.
fn code(text: &str) -> String {
    format!("`{}`", text.escape_debug())
}

/// How many names a list has before it is cut.
const LISTED: usize = 12;

fn listed(names: &[impl AsRef<str>]) -> String {
    let shown = names.iter().take(LISTED).map(|name| code(name.as_ref()));
    let mut all = shown.collect::<Vec<_>>().join(", ");
    if names.len() > LISTED {
        all = format!("{all}, … {} more", names.len() - LISTED);
    }
    all
}
