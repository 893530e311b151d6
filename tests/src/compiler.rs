//! One program compiled twice: with the attribute, and with one that changes nothing. What the compiler and
//! the program say is to be the same.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use crate::corpus::without_the_trace;
use crate::{artifacts, cargo, profile_folder, rustc, scratch, workspace};

/// What `#[trace_memory]` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attribute {
    /// The attribute of this workspace.
    Traced,
    /// An attribute that gives back what it is put on.
    Plain,
}

/// Parts of names that only the expansion has: no message may show one.
pub const HIDDEN: [&str; 3] = ["__tm", "__private", "probe"];

/// What the programs may use beside the attribute.
const LIBRARIES: [&str; 3] = ["async_trait", "tokio", "tracing"];

/// The compiler, for one program.
#[derive(Debug)]
pub struct Compiler {
    command: Command,
}

impl Compiler {
    /// `rustc`, for the program in `source`.
    #[must_use]
    pub fn rustc(source: &Path, edition: &str, attribute: Attribute) -> Self {
        Self::new(rustc(), source, edition, attribute)
    }

    /// Clippy, or why it cannot be used.
    ///
    /// # Errors
    ///
    /// If it is not part of the toolchain.
    ///
    /// # Panics
    ///
    /// If there is no `rustc`, or a library that the programs use does not build.
    pub fn clippy(source: &Path, edition: &str, attribute: Attribute) -> Result<Self, String> {
        let sysroot = rustc().args(["--print", "sysroot"]).output().expect("rustc is there");
        let sysroot = String::from_utf8(sysroot.stdout).expect("paths of toolchains are UTF-8");
        let driver = format!("clippy-driver{}", std::env::consts::EXE_SUFFIX);
        let driver = Path::new(sysroot.trim()).join("bin").join(driver);
        if driver.exists() {
            Ok(Self::new(Command::new(driver), source, edition, attribute))
        } else {
            Err(format!("{} is not there", driver.display()))
        }
    }

    fn new(mut command: Command, source: &Path, edition: &str, attribute: Attribute) -> Self {
        let built = libraries();
        let folder = source.parent().expect("files are in folders");
        command.current_dir(folder).arg(source.file_name().expect("a file has a name"));
        command.args(["--edition", edition, "--error-format=json", "--crate-name=subject"]);
        command.arg(match attribute {
            Attribute::Traced => format!("--extern=trace_memory={}", built["trace_memory"].display()),
            Attribute::Plain => without_the_trace(),
        });
        for name in LIBRARIES {
            command.arg(format!("--extern={name}={}", built[name].display()));
        }
        let dependencies = profile_folder().join("deps");
        command.arg("-L").arg(format!("dependency={}", dependencies.display()));
        if is_test(source) {
            command.arg("--test");
        }
        command.env("CARGO_BIN_NAME", "subject").env("CARGO_PKG_NAME", "subject");
        Self { command }
    }

    /// Adds options.
    #[must_use]
    pub fn args<'a>(mut self, args: impl IntoIterator<Item = &'a str>) -> Self {
        self.command.args(args);
        self
    }

    /// Looks at the program, and makes nothing of it.
    #[must_use]
    pub fn check(self) -> Compiled {
        let output = scratch("subject.rmeta");
        let emit = format!("--emit=metadata={}", output.display());
        self.args([emit.as_str()]).run(output)
    }

    /// Makes a program.
    #[must_use]
    pub fn link(self) -> Compiled {
        let output = scratch(&format!("subject{}", std::env::consts::EXE_SUFFIX));
        let path = output.display().to_string();
        self.args(["-o", path.as_str()]).run(output)
    }

    fn run(mut self, output: PathBuf) -> Compiled {
        let Output { status, stderr, .. } = self.command.output().expect("the compiler is there");
        let stderr = String::from_utf8(stderr).expect("the compiler writes UTF-8");
        let messages = stderr.lines().filter_map(|line| serde_json::from_str(line).ok()).map(Message);
        Compiled { success: status.success(), output, messages: messages.collect() }
    }
}

/// Whether a program has no `fn main`, and is one of tests.
///
/// # Panics
///
/// If it cannot be read.
#[must_use]
pub fn is_test(source: &Path) -> bool {
    !fs::read_to_string(source).expect("the program is there").contains("fn main()")
}

/// What the compiler made.
#[derive(Debug)]
pub struct Compiled {
    /// Whether it made it.
    pub success: bool,
    /// What it made.
    pub output: PathBuf,
    messages: Vec<Message>,
}

impl Compiled {
    /// The messages that are about the program, errors and warnings; not how many there were.
    pub fn messages(&self) -> impl Iterator<Item = &Message> {
        self.messages.iter().filter(|message| !message.is_summary())
    }
}

/// A message of the compiler, with the notes and proposals below it.
#[derive(Debug)]
pub struct Message(Value);

impl Message {
    fn is_summary(&self) -> bool {
        let text = self.0["message"].as_str().unwrap_or_default();
        let counts = ["aborting due to", "warnings emitted", "warning emitted", "For more information about"];
        counts.iter().any(|count| text.contains(count))
    }

    /// What it says, and where: the code, the message, and each primary span.
    #[must_use]
    pub fn headline(&self) -> String {
        let code = self.0["code"]["code"].as_str().unwrap_or("-");
        let spans = self.0["spans"].as_array().into_iter().flatten();
        let mut primary: Vec<String> = spans.filter(|span| span["is_primary"] == true).map(place).collect();
        primary.sort();
        primary.dedup();
        let message = self.0["message"].as_str().unwrap_or_default();
        format!("{} {code}: {message} at {}", self.0["level"].as_str().unwrap_or("?"), primary.join(", "))
    }

    /// What the compiler wrote of it.
    #[must_use]
    pub fn json(&self) -> &Value {
        &self.0
    }

    /// All that the reader sees.
    #[must_use]
    pub fn rendered(&self) -> &str {
        self.0["rendered"].as_str().unwrap_or_default()
    }

    /// Whether the reader sees a name of the expansion.
    #[must_use]
    pub fn shows_hidden(&self) -> bool {
        HIDDEN.iter().any(|name| self.rendered().contains(name))
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.headline())
    }
}

/// `2:5-2:9`
fn place(span: &Value) -> String {
    let [from, column, to, end] =
        ["line_start", "column_start", "line_end", "column_end"].map(|key| span[key].as_u64().unwrap_or(0));
    format!("{from}:{column}-{to}:{end}")
}

/// The libraries that the programs use, as Cargo built them for this test run.
fn libraries() -> &'static BTreeMap<String, PathBuf> {
    static BUILT: OnceLock<BTreeMap<String, PathBuf>> = OnceLock::new();
    BUILT.get_or_init(|| {
        let profile = profile_folder();
        let target = profile.parent().expect("a profile is in the target folder");
        let mut cargo = cargo();
        cargo.current_dir(workspace()).args(["build", "--quiet", "--package", "trace-memory-tests", "--lib"]);
        cargo.arg("--target-dir").arg(target);
        if profile.ends_with("release") {
            cargo.arg("--release");
        }
        artifacts(cargo)
    })
}

/// Does `work` for each item, with as many threads as there are processors; the results in order.
///
/// # Panics
///
/// If `work` does.
pub fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let count = std::thread::available_parallelism().map_or(1, usize::from);
    let worker = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else { return done };
            done.push((index, work(item)));
        }
    };
    let mut results: Vec<(usize, R)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..count).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("the work succeeds")).collect()
    });
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}
