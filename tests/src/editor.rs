//! A conversation with rust-analyzer, in the protocol that editors speak with it.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{profile_folder, rustc, scratch};

/// A running rust-analyzer. It is killed with this value.
#[derive(Debug)]
pub struct RustAnalyzer {
    process: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
    /// Where it writes what goes wrong.
    log: PathBuf,
    /// When the conversation has to be over.
    end: Instant,
    questions: u64,
    versions: u64,
    /// What it last said about itself.
    status: Value,
}

/// The rust-analyzer that `RUST_ANALYZER` names, or else the one on the path; why there is none that works, if so.
///
/// # Errors
///
/// Why the test is to be skipped.
///
/// # Panics
///
/// If there is no compiler.
pub fn rust_analyzer() -> Result<PathBuf, String> {
    let named = std::env::var_os("RUST_ANALYZER").filter(|path| !path.is_empty());
    let program = PathBuf::from(named.unwrap_or_else(|| "rust-analyzer".into()));
    // Where rustup stands in for a component that is not installed, it fails.
    match Command::new(&program).arg("--version").output() {
        Err(error) => return Err(format!("{}: {error}", program.display())),
        Ok(output) if !output.status.success() => {
            let message = String::from_utf8_lossy(&output.stderr);
            return Err(format!("{} does not run: {}", program.display(), message.trim()));
        }
        Ok(_) => {}
    }
    let server =
        format!("libexec/rust-analyzer-proc-macro-srv{suffix}", suffix = std::env::consts::EXE_SUFFIX);
    if !sysroot().join(server).exists() {
        return Err("the toolchain cannot run procedural macros for rust-analyzer".into());
    }
    Ok(program)
}

fn sysroot() -> PathBuf {
    let output = rustc().args(["--print", "sysroot"]).output().expect("the compiler is there");
    PathBuf::from(String::from_utf8_lossy(&output.stdout).trim())
}

/// How the protocol calls a file.
fn uri(file: &Path) -> String {
    let path = file.display().to_string().replace('\\', "/");
    let root = if path.starts_with('/') { "" } else { "/" };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte);
    let escaped = path.bytes().map(|byte| match byte {
        _ if plain(byte) => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    });
    format!("file://{root}{}", escaped.collect::<String>())
}

/// Reads messages until there are no more.
fn read(output: ChildStdout, messages: &Sender<Value>) -> Option<()> {
    let mut output = BufReader::new(output);
    loop {
        let mut length = None;
        loop {
            let mut line = String::new();
            output.read_line(&mut line).ok().filter(|&read| read > 0)?;
            if line.trim().is_empty() {
                break;
            }
            let (name, value) = line.split_once(':')?;
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse().ok();
            }
        }
        let mut message = vec![0; length?];
        output.read_exact(&mut message).ok()?;
        messages.send(serde_json::from_slice(&message).ok()?).ok()?;
    }
}

impl RustAnalyzer {
    /// Starts it on the workspace in `folder`. The conversation fails when it takes longer than `limit`.
    ///
    /// # Panics
    ///
    /// If it does not start.
    #[must_use]
    pub fn start(program: &Path, folder: &Path, limit: Duration) -> Self {
        let log = scratch("rust-analyzer.log");
        let errors = File::create(&log).expect("the scratch folder takes files");
        let mut command = Command::new(program);
        command.current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(errors);
        let mut process = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let input = process.stdin.take().expect("it is piped");
        let output = process.stdout.take().expect("it is piped");
        let (sender, messages) = mpsc::channel();
        std::thread::spawn(move || read(output, &sender));
        let end = Instant::now() + limit;
        let mut this =
            Self { process, input, messages, log, end, questions: 0, versions: 0, status: Value::Null };
        let capabilities = json!({
            "experimental": { "serverStatusNotification": true },
            "textDocument": { "completion": { "completionItem": { "snippetSupport": true } },
                              "hover": { "contentFormat": ["markdown"] } },
        });
        let options = json!({
            "cachePriming": { "enable": false },
            "checkOnSave": false,
            "cargo": {
                "extraEnv": { "CARGO_NET_OFFLINE": "true" },
                // Left to find it by itself, it has rustup download the source of `std`.
                "sysroot": sysroot(),
                // What is built once is there for the next run.
                "targetDir": profile_folder().with_file_name("editors"),
            },
        });
        let about = json!({ "processId": std::process::id(), "rootUri": uri(folder), "capabilities": capabilities,
                            "initializationOptions": options });
        this.ask("initialize", &about);
        this.tell("initialized", &json!({}));
        this
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        let sent = write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len());
        if let Err(error) = sent.and_then(|()| self.input.flush()) {
            self.fail(&format!("no longer listens: {error}"));
        }
    }

    /// Ends the test.
    fn fail(&self, reason: &str) -> ! {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let last = log.lines().rev().take(20).collect::<Vec<_>>().into_iter().rev();
        let last = last.collect::<Vec<_>>().join("\n");
        panic!("rust-analyzer {reason}\nlast status: {}\nlog: {last}", self.status);
    }

    fn tell(&mut self, method: &str, params: &Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// The next message that is not a question. Questions are answered with nothing: they are about settings.
    fn next(&mut self, waiting_for: &str) -> Value {
        loop {
            let left = self.end.saturating_duration_since(Instant::now());
            let message = match self.messages.recv_timeout(left) {
                Ok(message) => message,
                Err(RecvTimeoutError::Timeout) => self.fail(&format!("takes too long: {waiting_for}")),
                Err(RecvTimeoutError::Disconnected) => self.fail(&format!("has gone: {waiting_for}")),
            };
            if message["method"] == "experimental/serverStatus" {
                self.status = message["params"].clone();
            }
            if message["method"].is_null() || message["id"].is_null() {
                return message;
            }
            let nothing = message["params"]["items"].as_array().map(|items| vec![Value::Null; items.len()]);
            self.send(&json!({ "jsonrpc": "2.0", "id": message["id"], "result": nothing }));
        }
    }

    /// The answer to a question, asked again if the workspace changed in between.
    fn ask(&mut self, method: &str, params: &Value) -> Value {
        const CONTENT_MODIFIED: i64 = -32801;
        const SERVER_CANCELLED: i64 = -32802;
        loop {
            self.questions += 1;
            let id = self.questions;
            self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
            let mut answer = self.next(method);
            while answer["id"] != id {
                answer = self.next(method);
            }
            match answer["error"]["code"].as_i64() {
                None => return answer["result"].take(),
                Some(CONTENT_MODIFIED | SERVER_CANCELLED) => {}
                Some(_) => self.fail(&format!("answers {method} with {}", answer["error"])),
            }
        }
    }

    /// Waits until it has nothing more to do.
    pub fn wait(&mut self) {
        loop {
            let message = self.next("loading the workspace");
            if message["method"] == "experimental/serverStatus" && message["params"]["quiescent"] == true {
                return;
            }
        }
    }

    /// Opens a file.
    pub fn open(&mut self, file: &Path, text: &str) {
        let document = json!({ "uri": uri(file), "languageId": "rust", "version": 0, "text": text });
        self.tell("textDocument/didOpen", &json!({ "textDocument": document }));
    }

    /// Types another text into an open file.
    pub fn change(&mut self, file: &Path, text: &str) {
        self.versions += 1;
        let document = json!({ "uri": uri(file), "version": self.versions });
        let changes = json!([{ "text": text }]);
        self.tell("textDocument/didChange", &json!({ "textDocument": document, "contentChanges": changes }));
    }

    fn ask_at(&mut self, method: &str, file: &Path, (line, character): (usize, usize)) -> Value {
        let position = json!({ "line": line, "character": character });
        self.ask(method, &json!({ "textDocument": { "uri": uri(file) }, "position": position }))
    }

    /// What the macro at a place becomes; nothing if it is not known, or not yet.
    pub fn expansion(&mut self, file: &Path, place: (usize, usize)) -> Option<String> {
        let answer = self.ask_at("rust-analyzer/expandMacro", file, place);
        answer["expansion"].as_str().map(str::to_owned)
    }

    /// What can be typed at a place, in the order of the labels: label and type of each.
    pub fn completions(&mut self, file: &Path, place: (usize, usize)) -> Vec<String> {
        let answer = self.ask_at("textDocument/completion", file, place);
        let items = answer["items"].as_array().or(answer.as_array()).into_iter().flatten();
        let mut items: Vec<String> = items
            .map(|item| {
                let detail = item["detail"].as_str().unwrap_or_default();
                format!("{} {detail}", item["label"].as_str().unwrap_or_default())
            })
            .collect();
        items.sort();
        items
    }

    /// What is told about the code at a place.
    pub fn hover(&mut self, file: &Path, place: (usize, usize)) -> String {
        let answer = self.ask_at("textDocument/hover", file, place);
        answer["contents"]["value"].as_str().unwrap_or_default().to_owned()
    }
}

impl Drop for RustAnalyzer {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
