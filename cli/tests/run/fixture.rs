//! Workspaces to run programs of, and what was said of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Mutex, MutexGuard};

use trace_memory::event::{Event, Kind};
use trace_memory::file::Reader;
use trace_memory::report::Resolver;

/// The files, each behind a line with its path.
const FILES: &str = include_str!("workspace.txt");

/// Tests that change the files take turns.
static TURN: Mutex<()> = Mutex::new(());

/// A folder with the workspaces in it. What was built in it stays, so that the next test starts from there.
pub(crate) struct Fixture {
    pub(crate) folder: PathBuf,
    _turn: MutexGuard<'static, ()>,
}

/// What a run left behind.
pub(crate) struct Ran {
    pub(crate) output: Output,
    /// The trace files that are new.
    pub(crate) traces: Vec<PathBuf>,
    folder: PathBuf,
}

fn runtime() -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("runtime");
    assert!(path.join("Cargo.toml").is_file());
    path
}

/// The files of the workspaces, by their paths.
pub(crate) fn files() -> BTreeMap<String, String> {
    let text = FILES.replace("{runtime}", &runtime().display().to_string());
    let parts = format!("\n{text}");
    let parts = parts.split("\n== ").skip(1).map(|part| part.split_once('\n').expect("a path has a line"));
    parts.map(|(path, text)| (path.to_owned(), format!("{}\n", text.trim_end()))).collect()
}

impl Fixture {
    pub(crate) fn new() -> Self {
        let turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("run");
        let fixture = Self { folder, _turn: turn };
        for (path, text) in files() {
            fixture.write(&path, &text);
        }
        fixture
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }

    /// Makes a file hold this text; if it does, it is not touched.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        if fs::read_to_string(&path).is_ok_and(|before| before == text) {
            return;
        }
        fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("the folder is writable");
        fs::write(path, text).expect("the folder is writable");
    }

    /// Everything but what is built: paths and contents.
    pub(crate) fn contents(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let (mut open, mut all) = (vec![self.folder.clone()], BTreeMap::new());
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(folder).expect("the folder is there") {
                let path = entry.expect("the folder is there").path();
                if path.is_dir() {
                    open.extend((!path.ends_with("target")).then_some(path));
                } else {
                    all.insert(path.clone(), fs::read(path).expect("the file is there"));
                }
            }
        }
        all
    }

    /// The command in one of the workspaces.
    pub(crate) fn command(&self, workspace: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-trace-memory"));
        command.current_dir(self.path(workspace)).args(["trace-memory", "run", "--offline"]).args(arguments);
        let of_cargo =
            ["CARGO_MANIFEST_DIR", "CARGO_PKG_NAME", "CARGO_TARGET_DIR", "RUSTFLAGS", "TRACE_MEMORY"];
        for name in of_cargo {
            command.env_remove(name);
        }
        command.env("CARGO_TRACE_MEMORY_RUNTIME", runtime()).env("CARGO_TERM_COLOR", "never");
        command.env("RUST_BACKTRACE", "0").env("CARGO_TERM_QUIET", "false");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub(crate) fn run(&self, workspace: &str, arguments: &[&str]) -> Ran {
        self.finish(workspace, |fixture| {
            fixture.command(workspace, arguments).output().expect("the command was built")
        })
    }

    /// Runs something, and finds what traces it left.
    pub(crate) fn finish(&self, workspace: &str, run: impl FnOnce(&Self) -> Output) -> Ran {
        let root = workspace.split('/').next().unwrap_or_default();
        let folder = self.path(root).join("target/trace-memory");
        let before = traces(&folder);
        let output = run(self);
        let traces = traces(&folder).into_iter().filter(|path| !before.contains(path)).collect();
        Ran { output, traces, folder: self.folder.clone() }
    }
}

fn traces(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.filter(|path| path.extension().is_some_and(|extension| extension == "bin")).collect()
}

impl Ran {
    pub(crate) fn stdout(&self) -> String {
        String::from_utf8_lossy(&self.output.stdout).into_owned()
    }

    /// What is said beside Cargo's own progress, without what changes from run to run.
    pub(crate) fn said(&self) -> String {
        let text = String::from_utf8_lossy(&self.output.stderr)
            .replace(&self.folder.display().to_string(), "[folder]");
        let progress = [
            "Compiling",
            "Finished",
            "Blocking",
            "Locking",
            "Running",
            "Adding",
            "Fresh",
            "warning: `",
            "Updating",
            "error: could not compile `app` (bin \"app\")",
            "warning: build failed, waiting",
        ];
        let lines =
            text.lines().filter(|line| !progress.iter().any(|word| line.trim_start().starts_with(word)));
        lines.map(|line| stable(line) + "\n").collect()
    }

    /// The events of the one trace.
    pub(crate) fn events(&self) -> (bool, Vec<Event>) {
        let [path] = &self.traces[..] else { panic!("one trace: {:?}\n{}", self.traces, self.said()) };
        let reader = Reader::open(path).expect("it is a trace");
        let (allocator, mut resolver) = (reader.header().allocator, Resolver::new(reader.images().to_vec()));
        let mut events = Vec::new();
        let losses =
            reader.records(&mut |record| events.extend(resolver.resolve(&record))).expect("it is a trace");
        assert_eq!(losses.lost, 0);
        (allocator, events)
    }

    /// File and line of each function that ran, by its name.
    pub(crate) fn functions(&self) -> BTreeMap<String, (String, u32)> {
        let events = self.events().1;
        let enters = events.iter().filter_map(|event| match &event.kind {
            Kind::Enter(enter) => Some((enter.function.to_string(), (enter.file.to_string(), enter.line))),
            _ => None,
        });
        enters.collect()
    }
}

/// A line without process ids, times and sizes.
fn stable(line: &str) -> String {
    let words = line.split(' ').map(|word| {
        let parts: Vec<&str> = word.rsplitn(3, '-').collect();
        match parts[..] {
            [stamp, pid, name] if stamp.strip_suffix(".bin").is_some() && pid.parse::<u32>().is_ok() => {
                format!("{name}-[pid]-[time].bin")
            }
            _ => word.to_owned(),
        }
    });
    let line = words.collect::<Vec<_>>().join(" ");
    match line.rsplit_once(".bin (") {
        Some((before, _)) => format!("{before}.bin ([size])"),
        None => line,
    }
}
