//! The one place where capture meets report: opens the trace, decides when it is read, and where
//! the text goes.
//!
//! Everything here runs with the thread marked as busy, so that its own allocations are not traced.
//! Text is made while the session is locked, and written after that: no lock of the standard
//! streams is ever held together with ours.

use std::fmt::Write as _;
use std::io::{self, IsTerminal};
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::{Duration, Instant, SystemTime};

use crate::capture::thread::{cold, value};
use crate::capture::{
    self, Phase, READER, Reader, Reads, describe, filter, lane, reserve, scope, set_phase, spool, sys,
};
use crate::print::{Live, Style};
use crate::settings::{Clock, Mode, Settings};
use crate::trace::{Lines, Sink, Trace};
use crate::{file, watch, wire};

static SESSION: Mutex<Option<Trace>> = Mutex::new(None);
/// The process that the session belongs to.
static OWNER: AtomicU32 = AtomicU32::new(0);
/// Whether `TRACE_MEMORY=off` holds, and nothing is measured that needs frames all the same.
static SWITCHED_OFF: AtomicBool = AtomicBool::new(false);

/// How long an exit waits for another thread's report.
const PATIENCE: Duration = Duration::from_secs(1);

/// The first traced body of the process is about to start; or another one, meanwhile.
#[cold]
pub(crate) fn start() {
    let complaints = cold(|| {
        if capture::claim_start() {
            return open();
        }
        while capture::phase() == Phase::Starting {
            std::thread::yield_now();
        }
        String::new()
    });
    say(&complaints.unwrap_or_default());
    told_empty();
}

/// Something is measured: where the trace is switched off, frames are followed from now on, and nothing is recorded.
pub(crate) fn follow() {
    let wanted = scope::is_open() || has_subscriber();
    if wanted && SWITCHED_OFF.swap(false, Ordering::SeqCst) && describe::open() {
        scope::mute();
        cold(mark_panics);
        let (read, make_room) = (|| (), || ());
        let _ = READER.set(Reader { read, make_room, stack_only_ended: watch::ended });
        set_phase(Phase::Recording);
    }
}

/// Starts the bridge to `tracing`.
fn listen() {
    #[cfg(feature = "tracing")]
    crate::spans::listen();
}

/// Whether frames are wanted as spans.
fn has_subscriber() -> bool {
    #[cfg(feature = "tracing")]
    return crate::spans::is_wanted();
    #[cfg(not(feature = "tracing"))]
    false
}

/// Opens the session and says what is wrong with the settings.
fn open() -> String {
    // Before anything that asks for memory; the table first, without which there is no trace.
    let numbers = describe::open();
    reserve::open();
    let trusted = !sys::privileged();
    let mut settings = Settings::read(&|name| std::env::var_os(name).filter(|_| trusted));
    if settings.mode == Mode::Off {
        watch::react(settings.reaction);
        SWITCHED_OFF.store(true, Ordering::SeqCst);
        set_phase(Phase::Off);
        listen();
        follow();
        return lines(&settings.complaints);
    }
    if !numbers {
        set_phase(Phase::Off);
        settings.complaints.push("trace-memory: out of memory; nothing is recorded".to_owned());
        return lines(&settings.complaints);
    }
    sys::start_clock();
    let header = header(settings.clock());
    filter::set(std::mem::take(&mut settings.traced.filter));
    if !settings.traced.locals {
        capture::leave_out_locals();
    }
    let is_kept = matches!(settings.mode, Mode::Bin(_));
    if !is_kept {
        open_spool(&mut settings);
    }
    let sink = sink(&mut settings, &header);
    if is_kept && !matches!(sink, Sink::Bin { .. }) {
        open_spool(&mut settings);
    }
    if header.coarse_clock {
        lane::use_coarse_clock();
    }
    let when = match sink {
        Sink::Tree => Reads::AtRoots,
        Sink::Live(_) => Reads::Always,
        Sink::Summary | Sink::Json(_) | Sink::Bin { .. } => Reads::AtExit,
    };
    *lock() = Some(Trace::new(header, style(&settings), sink));
    OWNER.store(std::process::id(), Ordering::Relaxed);
    sys::stop_in_children();
    sys::at_exit(at_exit);
    capture::read_when(when);
    mark_panics();
    watch::react(settings.reaction);
    listen();
    let _ = READER.set(Reader { read: report, make_room, stack_only_ended: watch::ended });
    set_phase(Phase::Recording);
    lines(&settings.complaints)
}

/// The message of a panic is the runtime's doing, not the program's. With `RUST_BACKTRACE=1` it takes more than a
/// hundred thousand heap events, and keeps most of the blocks.
fn mark_panics() {
    // Hooks cannot be changed while a panic is under way.
    if !std::thread::panicking() {
        let told = take_hook();
        set_hook(Box::new(move |panic| {
            if value(|| told(panic)).is_none() {
                told(panic);
            }
        }));
    }
}

fn open_spool(settings: &mut Settings) {
    if let Err(error) = spool::open(settings.limit) {
        settings.complaints.push(format!(
            "trace-memory: no temporary file in `{}` ({error}); events that do not fit into memory are lost",
            std::env::temp_dir().display().to_string().escape_debug()
        ));
    }
}

fn header(clock: Clock) -> wire::Header {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    wire::Header {
        pid: std::process::id(),
        program: program(),
        started_ms: u64::try_from(since.as_millis()).unwrap_or(u64::MAX),
        allocator: capture::allocator_installed(),
        debug_assertions: cfg!(debug_assertions),
        coarse_clock: clock == Clock::Coarse,
    }
}

fn sink(settings: &mut Settings, header: &wire::Header) -> Sink {
    match &settings.mode {
        Mode::Live => Sink::Live(Live::new(style(settings))),
        Mode::Summary => Sink::Summary,
        Mode::Tree | Mode::Off => Sink::Tree,
        Mode::Json(pattern) => {
            let path = expand(pattern);
            match sys::create(&path, settings.overwrite) {
                Ok(file) => Sink::Json(Lines::new(file, path)),
                Err(error) => {
                    settings.complaints.push(refusal(&path, &error));
                    Sink::Tree
                }
            }
        }
        Mode::Bin(pattern) => {
            let path = expand(pattern);
            let begun = sys::create(&path, settings.overwrite).and_then(|file| file::begin(file, header));
            match begun {
                Ok(unshared) => {
                    settings.complaints.extend(unshared.map(|error| {
                        let path = path.display().to_string();
                        format!(
                            "trace-memory: `{}` cannot be shared with the system ({error}); if the program is killed, the \
                             last events of each thread are lost",
                            path.escape_debug()
                        )
                    }));
                    Sink::Bin { path }
                }
                Err(error) => {
                    settings.complaints.push(refusal(&path, &error));
                    Sink::Tree
                }
            }
        }
    }
}

fn refusal(path: &Path, error: &io::Error) -> String {
    let path = path.display().to_string();
    let advice = match error.kind() {
        io::ErrorKind::AlreadyExists => " (`TRACE_MEMORY_OVERWRITE=1` replaces a regular file)",
        _ => "",
    };
    format!("trace-memory: cannot create `{}`: {error}{advice}; going on with `tree`", path.escape_debug())
}

/// The path with the process filled in.
fn expand(pattern: &Path) -> PathBuf {
    let pattern = pattern.to_string_lossy();
    let pid = std::process::id().to_string();
    pattern.replace("{pid}", &pid).replace("{bin}", &program()).into()
}

/// The name of the program, without its directory.
fn program() -> String {
    let path = std::env::args_os().next().map(PathBuf::from).unwrap_or_default();
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn style(settings: &Settings) -> Style {
    let color = settings.color.unwrap_or_else(|| io::stderr().is_terminal());
    Style { color, stable: settings.stable, ascii: settings.ascii, width: settings.width }
}

fn lines(complaints: &[String]) -> String {
    complaints.iter().fold(String::new(), |mut text, line| {
        let _ = writeln!(text, "{line}");
        text
    })
}

fn lock() -> MutexGuard<'static, Option<Trace>> {
    SESSION.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The lock, unless its holder never gives it back, as when it is the thread that exits.
fn lock_in_time() -> Option<MutexGuard<'static, Option<Trace>>> {
    let start = Instant::now();
    loop {
        match SESSION.try_lock() {
            Ok(session) => return Some(session),
            Err(TryLockError::Poisoned(session)) => return Some(session.into_inner()),
            Err(TryLockError::WouldBlock) if start.elapsed() > PATIENCE => return None,
            Err(TryLockError::WouldBlock) => std::thread::yield_now(),
        }
    }
}

/// Reads what is there and writes what is finished.
fn report() {
    let text = cold(|| careful(|| lock().as_mut().map(Trace::report).unwrap_or_default()));
    let text = text.unwrap_or_default();
    say_bytes(&text);
    // A free that the program has not made.
    cold(|| drop(text));
}

/// Reads what is there, inside a hook.
fn make_room() {
    careful(|| {
        if let Some(trace) = lock().as_mut() {
            trace.make_room();
        }
        Vec::new()
    });
}

/// At exit: reads the rest and writes everything.
extern "C" fn at_exit() {
    if OWNER.load(Ordering::Relaxed) != std::process::id() {
        return;
    }
    let text = cold(|| {
        if capture::phase() != Phase::Recording {
            return Vec::new();
        }
        set_phase(Phase::Ending);
        let session = lock_in_time();
        careful(|| session.and_then(|mut session| session.take()).map(Trace::finish).unwrap_or_default())
    });
    sys::write_error(&text.unwrap_or_default());
}

/// A fault of ours ends the trace, not the program; and so does an allocator that has nothing for us.
fn careful(work: impl FnOnce() -> Vec<u8>) -> Vec<u8> {
    let text = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        set_phase(Phase::Off);
        b"trace-memory: internal error; the trace ends here\n".to_vec()
    });
    if capture::is_empty() {
        sys::write_error(&text);
        told_empty();
        return Vec::new();
    }
    text
}

/// Says once that the trace ends for want of memory, without asking for any.
fn told_empty() {
    static TOLD: AtomicBool = AtomicBool::new(false);
    if capture::is_empty() && !TOLD.swap(true, Ordering::Relaxed) {
        sys::write_error(b"trace-memory: out of memory; the trace ends here\n");
    }
}

/// Writes a text to stderr.
pub(crate) fn say(text: &str) {
    say_bytes(text.as_bytes());
}

/// Writes to stderr, through the test harness if there is one.
#[expect(clippy::print_stderr, reason = "libtest captures what goes through the macro, and nothing else")]
fn say_bytes(text: &[u8]) {
    if text.is_empty() {
        return;
    }
    // `eprint!` panics if stderr takes nothing; where that cannot be caught, go without the harness.
    if cfg!(panic = "abort") || !sys::error_is_open() {
        return sys::write_error(text);
    }
    cold(|| catch_unwind(|| sys::without_signals(|| eprint!("{}", String::from_utf8_lossy(text)))));
}
