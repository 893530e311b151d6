//! Runs a program as Cargo would, with its signals and its status passed on.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};

use cargo_metadata::Package;

use super::build::Built;
use super::selection::{Choice, Kind};
use crate::error::Error;

/// The variable in which the system's loader looks for shared libraries.
const LIBRARIES: &str = if cfg!(windows) {
    "PATH"
} else if cfg!(target_os = "macos") {
    "DYLD_FALLBACK_LIBRARY_PATH"
} else {
    "LD_LIBRARY_PATH"
};

/// The program, with the environment that Cargo gives to what it runs.
pub(super) fn program(choice: Choice<'_>, executable: &Path, built: &Built) -> Command {
    let mut program = Command::new(executable);
    let package = choice.package;
    let folder = package.manifest_path.parent();
    // Cargo starts tests in their package.
    if let (Some(folder), Kind::Test | Kind::Bench | Kind::Lib) = (folder, choice.kind) {
        program.current_dir(folder);
    }
    program.envs(described(package));
    if std::env::var_os("CARGO").is_none() {
        program.env("CARGO", "cargo");
    }
    for script in built.scripts.iter().filter(|script| is_of(&script.package_id.repr, package)) {
        program.env("OUT_DIR", &script.out_dir).envs(script.env.iter().map(|(name, value)| (name, value)));
    }
    if let Some(libraries) = libraries(executable, built) {
        program.env(LIBRARIES, libraries);
    }
    program
}

/// Whether an id is that of a package, or of its copy.
fn is_of(id: &str, package: &Package) -> bool {
    let name = format!("{}@{}", package.name, package.version);
    let folder = package.manifest_path.parent().and_then(|folder| folder.file_name());
    let short = format!("{}#{}", folder.unwrap_or_default(), package.version);
    id == package.id.repr || id.ends_with(&name) || id.ends_with(&format!("/{short}"))
}

/// What Cargo says of a package.
fn described(package: &Package) -> Vec<(&'static str, String)> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let version = &package.version;
    let folder = package.manifest_path.parent().map(ToString::to_string).unwrap_or_default();
    vec![
        ("CARGO_MANIFEST_DIR", folder),
        ("CARGO_MANIFEST_PATH", package.manifest_path.to_string()),
        ("CARGO_PKG_NAME", package.name.to_string()),
        ("CARGO_PKG_VERSION", version.to_string()),
        ("CARGO_PKG_VERSION_MAJOR", version.major.to_string()),
        ("CARGO_PKG_VERSION_MINOR", version.minor.to_string()),
        ("CARGO_PKG_VERSION_PATCH", version.patch.to_string()),
        ("CARGO_PKG_VERSION_PRE", version.pre.to_string()),
        ("CARGO_PKG_AUTHORS", package.authors.join(":")),
        ("CARGO_PKG_DESCRIPTION", text(&package.description)),
        ("CARGO_PKG_HOMEPAGE", text(&package.homepage)),
        ("CARGO_PKG_REPOSITORY", text(&package.repository)),
        ("CARGO_PKG_LICENSE", text(&package.license)),
        (
            "CARGO_PKG_LICENSE_FILE",
            package.license_file.as_ref().map(ToString::to_string).unwrap_or_default(),
        ),
        (
            "CARGO_PKG_RUST_VERSION",
            package.rust_version.as_ref().map(ToString::to_string).unwrap_or_default(),
        ),
        ("CARGO_PKG_README", package.readme.as_ref().map(ToString::to_string).unwrap_or_default()),
    ]
}

/// Where shared libraries may be: those that were built, those of the compiler, and those of before.
fn libraries(executable: &Path, built: &Built) -> Option<OsString> {
    let folder = executable.parent()?;
    let profile =
        if folder.ends_with("deps") || folder.ends_with("examples") { folder.parent()? } else { folder };
    let scripts = built.scripts.iter().flat_map(|script| &script.linked_paths).map(|path| {
        let path = path.as_str();
        PathBuf::from(path.split_once('=').map_or(path, |(_, path)| path))
    });
    let mut all: Vec<PathBuf> = scripts.filter(|path| path.starts_with(profile)).collect();
    all.extend([profile.join("deps"), profile.to_owned()]);
    all.extend(of_compiler());
    let before = std::env::var_os(LIBRARIES).unwrap_or_default();
    all.extend(std::env::split_paths(&before));
    std::env::join_paths(all).ok()
}

fn of_compiler() -> Option<PathBuf> {
    let compiler = std::env::var_os("RUSTC").unwrap_or_else(|| OsString::from("rustc"));
    let asked = Command::new(compiler).args(["--print", "target-libdir"]).output().ok()?;
    let path = String::from_utf8(asked.stdout).ok()?;
    asked.status.success().then(|| PathBuf::from(path.trim_end()))
}

/// A program that has ended.
pub(super) struct Ended {
    pub(super) status: ExitStatus,
    pub(super) pid: u32,
}

/// Runs a program to its end.
pub(super) fn run(mut program: Command) -> Result<Ended, Error> {
    let told = |error: std::io::Error, program: &Command| {
        let path = Path::new(program.get_program()).display().to_string();
        let help =
            "a program for another machine needs one that runs it: build it with Cargo, and start it by hand";
        Error::failed(format!("`{}` does not start: {error}", path.escape_debug()), help)
    };
    let signals = signals::Signals::catch()?;
    let child = program.spawn().map_err(|error| told(error, &program))?;
    let pid = child.id();
    Ok(Ended { status: signals.wait(child)?, pid })
}

fn lost(error: &std::io::Error) -> Error {
    Error::failed(format!("the program's status cannot be known: {error}"), "")
}

#[cfg(not(unix))]
mod signals {
    use super::{Child, Error, ExitStatus};

    pub(super) struct Signals;

    impl Signals {
        pub(super) fn catch() -> Result<Self, Error> {
            Ok(Self)
        }

        pub(super) fn wait(self, mut child: Child) -> Result<ExitStatus, Error> {
            child.wait().map_err(|error| super::lost(&error))
        }
    }
}

#[cfg(unix)]
mod signals {
    use rustix::process::{Pid, Signal, kill_process};
    use signal_hook::consts::{SIGCHLD, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2};
    use signal_hook::iterator;

    use super::{Child, Error, ExitStatus};

    /// The signals that this process gets.
    pub(super) struct Signals(iterator::Signals);

    impl Signals {
        /// From here on, none of them ends this process.
        pub(super) fn catch() -> Result<Self, Error> {
            let all = [SIGCHLD, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2];
            let signals = iterator::Signals::new(all);
            Ok(Self(
                signals.map_err(|error| Error::failed(format!("signals cannot be caught: {error}"), ""))?,
            ))
        }

        /// Waits for the end of a program. One thread does both, so that no signal goes to a process that has its number
        /// after it.
        pub(super) fn wait(mut self, mut child: Child) -> Result<ExitStatus, Error> {
            loop {
                if let Some(status) = child.try_wait().map_err(|error| super::lost(&error))? {
                    return Ok(status);
                }
                for signal in self.0.wait() {
                    pass_on(signal, &child);
                }
            }
        }
    }

    fn pass_on(signal: i32, child: &Child) {
        let signal = match signal {
            SIGHUP => Signal::HUP,
            SIGTERM => Signal::TERM,
            SIGUSR1 => Signal::USR1,
            SIGUSR2 => Signal::USR2,
            // The terminal sends those of its keys to the program itself.
            _ => return,
        };
        let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        // It may have ended just now.
        let _ = pid.map(|pid| kill_process(pid, signal));
    }
}

/// Ends this process as the program ended.
#[cfg(unix)]
pub(super) fn end(status: ExitStatus) -> u8 {
    use std::os::unix::process::ExitStatusExt as _;

    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    if let Some(code) = status.code() {
        return u8::try_from(code).unwrap_or(1);
    }
    let signal = status.signal().unwrap_or_default();
    // The memory of the program is of interest, that of this one is not.
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), ..getrlimit(Resource::Core) });
    let _ = signal_hook::low_level::emulate_default_handler(signal);
    // What shells say, should this process still be there.
    u8::try_from(128 + signal).unwrap_or(1)
}

#[cfg(not(unix))]
pub(super) fn end(status: ExitStatus) -> u8 {
    status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}
