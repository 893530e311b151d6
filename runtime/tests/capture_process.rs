//! Whole processes: what a traced program prints, and that tracing never changes how it ends.
//!
//! The traced bodies are written as the attribute would write them. The test binary runs itself: with
//! `CAPTURE_SCENE` set it is the traced program.

#![cfg(unix)]
#![expect(unsafe_code, reason = "a scene forks, another one limits its own resources")]

use std::hint::black_box;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Output};

use trace_memory::__private as p;

#[global_allocator]
static ALLOC: trace_memory::Alloc = trace_memory::Alloc::system();

static FUNCTION: p::Function = p::Function {
    name: Some("scene"),
    kind: p::BodyKind::Function,
    within: "",
    closures: 1,
    file: file!(),
    line: 1,
    places: "l 2 s\ns 3 5\ns 4 5\nm 4 Call",
};

static NOISE: p::Function = p::Function {
    name: Some("noise"),
    kind: p::BodyKind::Function,
    within: "",
    closures: 1,
    file: file!(),
    line: 1,
    places: "l 2 n\ns 3 5\ns 4 5",
};

/// Another one, around a traced body.
fn noise() {
    let _frame = p::enter(|| &NOISE);
    p::at(0);
    let n = black_box(Box::new(7));
    let _guard = p::bind(&n, 0);
    traced("within");
    p::at(1);
}

/// A traced body that allocates once and drops.
fn traced(text: &str) {
    let _frame = p::enter(|| &FUNCTION);
    p::at(0);
    let s = black_box(String::from(text));
    let _guard = p::bind(&s, 0);
    p::at(1);
}

/// Runs the scene that the environment names; the rest of the file is about its process.
#[test]
fn scene() {
    let Ok(name) = std::env::var("CAPTURE_SCENE") else { return };
    match name.as_str() {
        "hello" => traced("hello"),
        "noise" => {
            let _frame = p::enter(|| &FUNCTION);
            p::at(1);
            (0..100).for_each(|_| noise());
        }
        "exit" => {
            let _frame = p::enter(|| &FUNCTION);
            std::process::exit(7);
        }
        "panic" => {
            let _frame = p::enter(|| &FUNCTION);
            let s = black_box(String::from("lost"));
            let _guard = p::bind(&s, 0);
            std::panic::resume_unwind(Box::new(()));
        }
        "many" => {
            let _frame = p::enter(|| &FUNCTION);
            (0..200_000_u32).for_each(|n| drop(black_box(Box::new(n))));
        }
        "threads" => {
            let work = || (0..100).for_each(|_| traced("thread"));
            let threads: Vec<_> = (0..4).map(|_| std::thread::spawn(work)).collect();
            for thread in threads {
                thread.join().expect("the thread");
            }
        }
        "fork" => fork(),
        "limit" => {
            let limit = libc::rlimit { rlim_cur: 1 << 17, rlim_max: 1 << 17 };
            // SAFETY: `limit` is a valid limit.
            assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_FSIZE, &raw const limit) }, 0);
            let _frame = p::enter(|| &FUNCTION);
            (0..200_000_u32).for_each(|n| drop(black_box(Box::new(n))));
        }
        "leave" => {
            let _frame = p::enter(|| &FUNCTION);
            std::thread::spawn(|| {
                loop {
                    traced("busy");
                }
            });
            std::thread::sleep(std::time::Duration::from_millis(20));
            std::process::exit(0);
        }
        other => panic!("no scene `{other}`"),
    }
}

/// A child that goes on as if nothing were traced, while other threads of the parent are busy.
fn fork() {
    traced("before");
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(std::sync::atomic::Ordering::Relaxed) {
                traced("busy");
            }
        });
        for _ in 0..30 {
            // SAFETY: the child only runs traced code and exits.
            let child = unsafe { libc::fork() };
            if child == 0 {
                traced("child");
                // SAFETY: exit handlers are what is tested here.
                unsafe { libc::exit(3) };
            }
            let mut status = 0;
            // SAFETY: `status` is a place for a status.
            let waited = unsafe { libc::waitpid(child, &raw mut status, 0) };
            assert_eq!((waited, libc::WEXITSTATUS(status)), (child, 3));
        }
        done.store(true, std::sync::atomic::Ordering::Relaxed);
    });
}

fn run(scene: &str, variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["--exact", "scene", "--nocapture"]).env("CAPTURE_SCENE", scene);
    for name in ["TRACE_MEMORY", "NO_COLOR", "CLICOLOR_FORCE", "COLUMNS"] {
        command.env_remove(name);
    }
    command.envs(variables.iter().copied()).output().expect("the scene runs")
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

/// A path that does not exist yet.
fn fresh(name: &str) -> String {
    let path = std::env::temp_dir().join(format!("capture-{}-{name}", std::process::id()));
    let _ = std::fs::remove_file(&path);
    path.to_str().expect("UTF-8").to_owned()
}

/// Runs a scene with its events in a file, and gives the lines.
fn lines(scene: &str, code: i32) -> Vec<String> {
    let path = fresh(scene);
    let output = run(scene, &[("TRACE_MEMORY", &format!("json:{path}"))]);
    assert_eq!(output.status.code(), Some(code), "{}", stderr(&output));
    let text = std::fs::read_to_string(&path).expect("the trace");
    std::fs::remove_file(&path).expect("the trace");
    text.lines().map(str::to_owned).collect()
}

fn count(lines: &[String], event: &str) -> usize {
    lines.iter().filter(|line| line.contains(&format!("\"ev\":\"{event}\""))).count()
}

#[test]
fn a_tree_and_a_summary() {
    let output = run("hello", &[]);
    let text = stderr(&output);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("drop s") && text.contains("1 allocation"), "{text}");
    assert!(!text.contains("not installed"), "{text}");
}

#[test]
fn off_is_silent() {
    assert_eq!(stderr(&run("hello", &[("TRACE_MEMORY", "off")])), "");
}

#[test]
fn a_bad_setting_is_one_line() {
    let text = stderr(&run("hello", &[("TRACE_MEMORY", "tre")]));
    assert_eq!(text.matches("`TRACE_MEMORY=tre` is not known").count(), 1, "{text}");
}

#[test]
fn exit_and_panic_end_as_they_would() {
    assert_eq!(run("exit", &[]).status.code(), Some(7));
    let lines = lines("panic", 101);
    assert!(lines.iter().any(|line| line.contains("\"how\":\"unwind\"")), "{lines:?}");
    assert!(lines.iter().any(|line| line.contains("\"reason\":\"unwind\"")), "{lines:?}");
}

#[test]
fn every_event_is_in_the_file() {
    let lines = lines("many", 0);
    assert!(count(&lines, "alloc") >= 200_000 && count(&lines, "free") >= 200_000);
    assert!(!lines.last().expect("an end").contains("\"lost\":1"));
    assert!(lines.iter().all(|line| line.starts_with('{') && line.ends_with('}')));
}

/// What a function does that is not traced counts for the one around it, which stands where it stood.
#[test]
fn what_is_not_traced_is_on_top_of_what_is() {
    for clock in ["exact", "coarse"] {
        let path = fresh("noise");
        let output = run("noise", &[("TRACE_MEMORY", &format!("noise=off,clock={clock},json:{path}"))]);
        assert!(output.status.success(), "{}", stderr(&output));
        let text = std::fs::read_to_string(&path).expect("the trace");
        std::fs::remove_file(&path).expect("the trace");
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let of = |event, frame: &str| {
            let events = lines.iter().filter(|line| line.contains(&format!("\"ev\":\"{event}\"")));
            events.filter(|line| line.contains(&format!("\"frame\":{frame},"))).count()
        };
        assert_eq!([count(&lines, "enter"), count(&lines, "exit"), count(&lines, "bind")], [101, 101, 100]);
        assert_eq!((of("alloc", "1"), of("free", "1"), of("bind", "1")), (100, 100, 0), "{clock}");
        let stands =
            lines.iter().filter(|line| line.contains("\"ev\":\"alloc\"") && line.contains("\"frame\":1,"));
        assert!(stands.into_iter().all(|line| line.contains("\"line\":4,")), "{clock}");
        assert!(!text.contains("noise\","), "{clock}");
    }
}

#[test]
fn threads_are_merged() {
    let lines = lines("threads", 0);
    assert_eq!([count(&lines, "enter"), count(&lines, "exit"), count(&lines, "bind")], [400; 3]);
}

#[test]
fn a_forked_child_is_not_traced() {
    let lines = lines("fork", 0);
    assert!(lines.last().expect("an end").contains("\"ev\":\"end\""), "{:?}", lines.last());
}

#[test]
fn a_file_size_limit_loses_events_and_says_so() {
    let output = run("limit", &[("TRACE_MEMORY", "summary")]);
    assert_eq!((output.status.code(), output.status.signal()), (Some(0), None));
    assert!(stderr(&output).contains("lost"), "{}", stderr(&output));
}

#[test]
fn running_threads_do_not_hold_up_the_exit() {
    for mode in ["tree", "live", "summary"] {
        assert_eq!(run("leave", &[("TRACE_MEMORY", mode)]).status.code(), Some(0));
    }
}

#[test]
fn files_are_not_replaced_unless_asked() {
    let path = fresh("kept");
    std::fs::write(&path, "kept").expect("a file");
    let mode = format!("json:{path}");
    let text = stderr(&run("hello", &[("TRACE_MEMORY", &mode)]));
    assert!(text.contains("cannot create") && text.contains("going on with `tree`"), "{text}");
    assert_eq!(std::fs::read_to_string(&path).expect("the file"), "kept");
    run("hello", &[("TRACE_MEMORY", &mode), ("TRACE_MEMORY_OVERWRITE", "1")]);
    assert!(std::fs::read_to_string(&path).expect("the file").starts_with("{\"trace_memory\":1"));
    let link = fresh("link");
    std::os::unix::fs::symlink(&path, &link).expect("a link");
    let (linked, overwrite) = (format!("json:{link}"), ("TRACE_MEMORY_OVERWRITE", "1"));
    assert!(stderr(&run("hello", &[("TRACE_MEMORY", &linked), overwrite])).contains("cannot create"));
    std::fs::remove_file(link).expect("the link");
    std::fs::remove_file(path).expect("the file");
}

#[test]
fn a_broken_stderr_changes_nothing() {
    let program = std::env::current_exe().expect("this program");
    let program = program.to_str().expect("UTF-8");
    for end in ["2>&-", "2>/dev/full"] {
        let line = format!("CAPTURE_SCENE=hello exec '{program}' --exact scene --nocapture {end}");
        let status = Command::new("sh").args(["-c", &line]).output().expect("the scene runs").status;
        assert_eq!(status.code(), Some(0), "{end}");
    }
}
