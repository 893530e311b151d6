//! The heap, threads and forks, and unwinding.

use super::Case;
use super::facts::{count, counted, distinct, replay};

const TREE_AND_JSON: &[&str] = &["tree", "json"];
const QUIET: &[&str] = &["summary", "json"];

pub(crate) const CASES: &[Case] = &[
    Case::new("A2", "the `Debug` of a value that is shown allocates and reallocates, in a `stack_only` function", "heap-shown")
        .asks(|lines| vec![counted(lines, &["enter", "alloc", "realloc", "free", "violation"])])
        .expects(&["the same end (status 6)", "the same output", "no message", "a whole trace", "nothing lost",
            "each frame ends", "1 enter, 0 alloc, 0 realloc, 0 free, 0 violation"]),
    Case::new("A3", "traced functions and heap events before `main`, from `.init_array`", "before-main")
        .asks(|lines| vec![counted(lines, &["enter", "alloc", "free"])])
        .expects(&["the same end (status 6)", "the same output", "no message", "a whole trace", "nothing lost", "each frame ends", "1 enter, 4 alloc, 4 free"]),
    Case::new("A4, J10", "traced functions in exit handlers that run before the tracer's own, and after it", "ends-at-exit")
        .asks(|lines| vec![counted(lines, &["enter", "alloc", "free"])])
        .expects(&["the same end (status 6)", "the same output", "no message", "a whole trace", "nothing lost", "each frame ends", "2 enter, 4 alloc, 4 free"]),
    Case::new("A5, A8, J10", "destructors of thread-locals touched before the tracer's, and after", "thread-locals")
        .asks(|lines| vec![counted(lines, &["enter", "alloc", "free"]), threads(lines)])
        .expects(&["the same end (status 6)", "the same output", "no message", "a whole trace", "nothing lost", "each frame ends", "3 enter, 6 alloc, 6 free", "1 thread"]),
    Case::new("A6", "a `pthread_key` destructor that has itself called again, four rounds", "thread-key-rounds")
        .asks(|lines| vec![counted(lines, &["enter", "alloc", "free"]), threads(lines)])
        .expects(&["the same end (status 6)", "the same output", "no message", "a whole trace", "nothing lost", "each frame ends", "5 enter, 5 alloc, 5 free", "1 thread"]),
    Case::new("A7, A20", "a block of one thread is freed by another; a thread's own state by its end", "heap-across")
        .asks(|lines| vec![counted(lines, &["alloc", "free"]), replay(lines), freed_elsewhere(lines)])
        .expects(&["the same end (status 6)", "the same output", "no message", "a whole trace", "nothing lost", "each frame ends", "4 alloc, 4 free", "no contradiction", "some from another thread"]),
    Case::new("A10", "blocks from before the trace are freed in it", "heap-before")
        .count(3)
        .asks(|lines| vec![counted(lines, &["alloc", "free"]), replay(lines)])
        .expects(&["the same end (status 6)", "the same output", "no message", "a whole trace", "nothing lost", "each frame ends", "1 alloc, 1 free", "no contradiction"]),
    Case::new("A11, A12, A18", "`alloc` and `realloc` of half the address space fail", "heap-null")
        .asks(|lines| vec![counted(lines, &["alloc", "realloc", "free"]), replay(lines)])
        .expects(&["the same end (status 6)", "the same output", "no message", "a whole trace", "nothing lost", "each frame ends", "1 alloc, 0 realloc, 1 free", "no contradiction"]),
    Case::new("A13", "a block grows to 1 MiB and shrinks again", "heap-realloc")
        .asks(|lines| vec![counted(lines, &["alloc", "realloc", "free"]), replay(lines), blocks(lines)])
        .expects(&["the same end (status 6)", "the same output", "no message", "a whole trace", "nothing lost", "each frame ends", "1 alloc, 2 realloc, 1 free", "no contradiction", "1 block"]),
    Case::new("A14", "1 MiB of zeros", "heap-zeroed").asks(|lines| vec![counted(lines, &["alloc", "free"])])
        .expects(&["the same end (status 6)", "the same output", "no message", "a whole trace", "nothing lost", "each frame ends", "1 alloc, 1 free"]),
    Case::new("A15", "alignments of 16 to 2 Mi", "heap-aligned")
        .asks(|lines| vec![counted(lines, &["alloc", "free"]), replay(lines)])
        .expects(&["the same end (status 6)", "the same output", "no message", "a whole trace", "nothing lost", "each frame ends", "18 alloc, 18 free", "no contradiction"]),
    Case::new("A16", "layouts of size 0, from wrong unsafe code", "heap-zero-size")
        .asks(|lines| vec![counted(lines, &["alloc", "realloc", "free"]), replay(lines)])
        .expects(&["the same end (status 6)", "the same output", "no message", "a whole trace", "nothing lost", "each frame ends", "2 alloc, 1 realloc, 2 free", "no contradiction"]),
    Case::new("A17", "`Box<()>`, `Vec<()>`, an empty `String`: no heap", "heap-nothing")
        .asks(|lines| vec![counted(lines, &["enter", "alloc", "free"])])
        .expects(&["the same end (status 6)", "the same output", "no message", "a whole trace", "nothing lost", "each frame ends", "1 enter, 0 alloc, 0 free"]),
    Case::new("A21, A22", "four threads hand blocks round; addresses are used again at once", "heap-race")
        .count(1_000)
        .sinks(QUIET)
        .asks(|lines| vec![counted(lines, &["enter", "alloc"]), replay(lines)])
        .expects(&["the same end (status 6)", "the same output", "no message", "a whole trace", "nothing lost", "each frame ends", "4 enter, 4000 alloc", "no contradiction"]),
    Case::new("A27", "`malloc` of C, which is not the global allocator", "heap-foreign")
        .asks(|lines| vec![counted(lines, &["enter", "alloc", "free"])])
        .expects(&["the same end (status 6)", "the same output", "no message", "a whole trace", "nothing lost", "each frame ends", "1 enter, 0 alloc, 0 free"]),
    Case::new("A28", "what the standard library makes on first use, and keeps", "std-state")
        .sinks(TREE_AND_JSON)
        .wants("labelled as the runtime's. But the buffer of stdin is listed as leaked by the function that read first")
        .asks(|lines| vec![counted(lines, &["enter"])])
        .expects(&["the same end (status 6)", "the same output", "“never freed” (tree)", "no message", "a whole trace", "nothing lost", "1 frame is open", "2 enter"]),
    Case::new("B1", "a thread ends with its buffer half full", "thread-half")
        .asks(|lines| vec![counted(lines, &["enter", "alloc", "free"])])
        .expects(&["the same end (status 6)", "the same output", "no message", "a whole trace", "nothing lost", "each frame ends", "1 enter, 3 alloc, 3 free"]),
    Case::new("B2", "2,000 short threads", "thread-short")
        .count(2_000)
        .sinks(QUIET)
        .asks(|lines| vec![counted(lines, &["enter", "alloc", "free"]), threads(lines)])
        .expects(&["the same end (status 6)", "the same output", "no message", "a whole trace", "nothing lost", "each frame ends", "2000 enter, 2000 alloc, 2000 free", "2000 threads"]),
    Case::new("B3", "300 threads in traced functions at one time", "thread-many")
        .count(300)
        .sinks(QUIET)
        .asks(|lines| vec![counted(lines, &["enter"]), threads(lines)])
        .expects(&["the same end (status 6)", "the same output", "no message", "a whole trace", "nothing lost", "each frame ends", "300 enter", "300 threads"]),
    Case::new("B6", "no `pthread_key` is left", "thread-keys")
        .wants("tracing goes on. But the standard library ends the process when the first thread-local with a destructor \
            is used, and the tracer has one")
        .expects(&["another end than status 6: tree: signal 6, live: signal 6, summary: signal 6, json: signal 6", "another output: tree, live, summary, json", "no message", "another stderr", "an empty file"]),
    Case::new("B7", "a thread made by `pthread_create`", "thread-raw")
        .asks(|lines| vec![counted(lines, &["enter", "alloc"])])
        .expects(&["the same end (status 6)", "the same output", "no message", "a whole trace", "nothing lost", "each frame ends", "1 enter, 5 alloc"]),
    Case::new("B8", "a thread with a stack of 16 KiB", "thread-small")
        .asks(|lines| vec![counted(lines, &["enter", "alloc"])])
        .expects(&["the same end (status 6)", "the same output", "no message", "a whole trace", "nothing lost", "each frame ends", "1 enter, 5 alloc"]),
    Case::new("B9, B10", "30 forks while another thread is in the tracer; children that run traced code", "fork")
        .count(30)
        .sinks(ALL_BUT_LIVE)
        .asks(|lines| vec![format!("from {} process", count_headers(lines))])
        .expects(&["the same end (status 6)", "the same output", "no message", "a whole trace", "nothing lost", "each frame ends", "from 1 process"]),
    Case::new("B11", "the same, and the children run their exit handlers", "fork-exit")
        .count(30)
        .sinks(ALL_BUT_LIVE)
        .asks(|lines| vec![format!("from {} process", count_headers(lines))])
        .expects(&["the same end (status 6)", "the same output", "no message", "a whole trace", "nothing lost", "each frame ends", "from 1 process"]),
    Case::new("B11", "the child leaves the traced function that it was born in", "fork-in-frame")
        .asks(|lines| vec![counted(lines, &["enter", "alloc"])])
        .expects(&["the same end (status 6)", "the same output", "no message", "a whole trace", "nothing lost", "each frame ends", "2 enter, 18 alloc"]),
    Case::new("B12", "a child that is another traced program: no descriptor of the tracer's is open in it", "spawn")
        .asks(|lines| vec![counted(lines, &["enter"])])
        .expects(&["the same end (status 6)", "the same output", "no message", "a whole trace", "nothing lost", "each frame ends", "1 enter"]),
    Case::new("B14, B15", "a signal handler allocates at any moment, 500 times, also while buffers are changed", "signal-alloc")
        .count(500)
        .sinks(QUIET)
        .asks(|lines| vec![replay(lines)])
        .expects(&["the same end (status 6)", "the same output", "“skipped” (summary)", "no message", "a whole trace", "nothing lost", "what was skipped is counted", "each frame ends", "no contradiction"]),
    Case::new("B16", "a signal handler calls a traced function, 500 times", "signal-frame").count(500).sinks(QUIET)
        .expects(&["the same end (status 6)", "the same output", "“skipped” (summary)", "no message", "a whole trace", "nothing lost", "what was skipped is counted", "each frame ends"]),
    Case::new("B17", "the program has set its own panic hook", "own-hook")
        .asks(|lines| vec![counted(lines, &["enter", "exit"])])
        .expects(&["the same end (status 6)", "the same output", "no message", "a whole trace", "nothing lost", "each frame ends", "3 enter, 3 exit"]),
    Case::new("J1", "a panic through 100 frames, caught", "unwind-deep")
        .count(100)
        .asks(|lines| vec![counted(lines, &["enter"]), hows(lines)])
        .expects(&["the same end (status 6)", "the same output", "no message", "a whole trace", "nothing lost", "each frame ends", "101 enter", "100 unwound"]),
    Case::new("J2", "a drop panics while its function returns", "unwind-drop")
        .asks(|lines| vec![counted(lines, &["enter"]), hows(lines)])
        .expects(&["the same end (status 6)", "the same output", "no message", "a whole trace", "nothing lost", "each frame ends", "2 enter", "1 unwound"]),
    Case::new("J3, C20", "a drop panics while its function unwinds", "ends-double-panic")
        .expects(&["the same end (signal 6)", "the same output", "no message", "an empty file"]),
    Case::new("J4", "`resume_unwind`, `panic_any`, `extern \"C-unwind\"`", "unwind-any")
        .asks(|lines| vec![counted(lines, &["enter"]), hows(lines)])
        .expects(&["the same end (status 6)", "the same output", "no message", "a whole trace", "nothing lost", "each frame ends", "4 enter", "3 unwound"]),
    Case::new("J5", "`longjmp` over three frames", "jump").asks(|lines| vec![counted(lines, &["enter", "exit"])])
        .expects(&["the same end (status 6)", "the same output", "“ended out of order” (live, summary, tree)", "no message", "a whole trace", "nothing lost", "2 ends out of order counted", "3 frames are open", "5 enter, 2 exit"]),
    Case::new("J6", "recursion 50,000 deep on a large stack", "recursion")
        .count(50_000)
        .sinks(QUIET)
        .asks(|lines| vec![counted(lines, &["enter", "exit"])])
        .expects(&["the same end (status 6)", "the same output", "no message", "a whole trace", "nothing lost", "each frame ends", "50001 enter, 50001 exit"]),
    Case::new("J9", "`Iterator::next`, callbacks, calls from within", "iterator")
        .asks(|lines| vec![counted(lines, &["enter", "exit"])])
        .expects(&["the same end (status 6)", "the same output", "no message", "a whole trace", "nothing lost", "each frame ends", "52 enter, 52 exit"]),
    Case::new("J11", "a function that never returns", "never").asks(|lines| vec![counted(lines, &["enter", "exit"])])
        .expects(&["the same end (status 6)", "the same output", "“never freed” (live, summary, tree)", "no message", "a whole trace", "nothing lost", "1 frame is open", "1 enter, 0 exit"]),
    Case::new("J12", "a panic in an `extern \"C\"` function", "unwind-c")
        .expects(&["the same end (signal 6)", "the same output", "no message", "an empty file"]),
    Case::new("F12", "two stacks of `swapcontext` that take turns", "coroutine")
        .asks(|lines| vec![counted(lines, &["enter", "exit", "alloc", "free"])])
        .expects(&["the same end (status 6)", "the same output", "“ended out of order” (live, summary, tree)", "no message", "a whole trace", "nothing lost", "3 ends out of order counted", "each frame ends", "3 enter, 3 exit, 3 alloc, 3 free"]),
];

const ALL_BUT_LIVE: &[&str] = &["tree", "summary", "json"];

fn threads(lines: &[serde_json::Value]) -> String {
    match distinct(lines, "enter", "thread") {
        1 => "1 thread".to_owned(),
        count => format!("{count} threads"),
    }
}

fn blocks(lines: &[serde_json::Value]) -> String {
    format!("{} block", distinct(lines, "free", "block"))
}

fn hows(lines: &[serde_json::Value]) -> String {
    let unwound = lines.iter().filter(|line| line["how"] == "unwind").count();
    format!("{unwound} unwound")
}

fn freed_elsewhere(lines: &[serde_json::Value]) -> String {
    let other =
        lines.iter().filter(|line| line["ev"] == "free" && line.get("alloc_thread").is_some()).count();
    format!("{} from another thread", if other == 0 { "none" } else { "some" })
}

fn count_headers(lines: &[serde_json::Value]) -> usize {
    let processes = lines.iter().filter(|line| line.get("pid").is_some()).count();
    processes.max(usize::from(count(lines, "enter") > 0))
}
