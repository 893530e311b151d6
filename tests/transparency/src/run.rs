//! Running a crate's own tests.

use std::collections::BTreeMap;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::subject::Result;

/// What a copy's tests said.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tests {
    /// The result of each test, by the program it is in and its name.
    pub(crate) results: BTreeMap<(String, String), String>,
}

impl Tests {
    /// Reads what Cargo and the test programs wrote. Cargo names each program on the one stream before that says
    /// what its tests do on the other; both are in the order of the programs.
    pub(crate) fn of(stdout: &str, stderr: &str) -> Self {
        let names = stderr.lines().filter_map(|line| {
            let line = line.trim_start();
            let running = line.strip_prefix("Running ").map(|rest| rest.split(" (").next().unwrap_or(rest));
            running.or_else(|| line.strip_prefix("Doc-tests ")).map(str::to_owned)
        });
        let mut names = names.fuse();
        let mut tests = Self::default();
        let mut program = String::new();
        for line in stdout.lines() {
            if line.starts_with("running ") && (line.ends_with(" tests") || line.ends_with(" test")) {
                program = names.next().unwrap_or_default();
            } else if let Some((name, result)) =
                line.strip_prefix("test ").and_then(|rest| rest.rsplit_once(" ... "))
            {
                // Doctests are named by their lines, which do not change.
                tests.results.insert((program.clone(), name.to_owned()), result.to_owned());
            }
        }
        tests
    }
}

/// Runs a command that makes no file over 256 MiB and takes no longer than `limit`: some tests make hundreds of
/// millions of events. Where its file cannot grow, the tracer stops recording, with a message.
pub(crate) fn bounded(command: &Command, limit: Duration) -> Result<Option<Output>> {
    let mut shell = Command::new("sh");
    shell.args(["-c", "ulimit -f 524288; exec \"$0\" \"$@\""]);
    shell.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell.current_dir(command.get_current_dir().unwrap_or(Path::new(".")));
    shell.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    let child = shell.spawn().map_err(|error| error.to_string())?;
    let group = format!("-{}", child.id());
    let (send, done) = mpsc::channel();
    let reader = thread::spawn(move || send.send(child.wait_with_output()));
    let output = done.recv_timeout(limit).ok();
    if output.is_none() {
        let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
    }
    let _ = reader.join();
    output.transpose().map_err(|error| error.to_string())
}
