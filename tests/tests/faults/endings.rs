//! Ways for a process to end.

use super::Case;
use super::facts::{count, counted};

pub(crate) const CASES: &[Case] =
    &[
        Case::new("C1", "the main function ends", "work").count(3).expects(&[
            "the same end (status 6)",
            "the same output",
            "no message",
            "a whole trace",
            "nothing lost",
            "each frame ends",
        ]),
        Case::new("C2", "the main function ends while a thread is at work", "ends-detached").racy().expects(
            &["the same end (status 6)", "the same output", "no message", "a whole trace", "nothing lost"],
        ),
        Case::new("C3", "`exit` in a traced function", "ends-exit").expects(&[
            "the same end (status 6)",
            "the same output",
            "“never freed” (live, summary, tree)",
            "no message",
            "a whole trace",
            "nothing lost",
            "1 frame is open",
        ]),
        Case::new("C4", "`exit` in another thread", "ends-exit-thread").expects(&[
            "the same end (status 6)",
            "the same output",
            "“never freed” (live, summary, tree)",
            "no message",
            "a whole trace",
            "nothing lost",
            "1 frame is open",
        ]),
        Case::new("C5", "`_exit`", "ends-_exit").expects(&[
            "the same end (status 6)",
            "the same output",
            "no message",
            "an empty file",
        ]),
        Case::new("C6", "`quick_exit`", "ends-quick_exit").expects(&[
            "the same end (status 6)",
            "the same output",
            "no message",
            "an empty file",
        ]),
        Case::new("C7", "`abort`", "ends-abort").expects(&[
            "the same end (signal 6)",
            "the same output",
            "no message",
            "an empty file",
        ]),
        Case::new("C8", "a panic in the main thread", "ends-panic").expects(&[
            "the same end (status 101)",
            "the same output",
            "no message",
            "a whole trace",
            "nothing lost",
            "each frame ends",
        ]),
        Case::new("C9", "a panic in another thread", "ends-panic-thread").expects(&[
            "the same end (status 6)",
            "the same output",
            "no message",
            "a whole trace",
            "nothing lost",
            "each frame ends",
        ]),
        Case::new("C11", "`handle_alloc_error`", "ends-alloc-error").expects(&[
            "the same end (signal 6)",
            "the same output",
            "no message",
            "an empty file",
        ]),
        Case::new("C12", "stack overflow", "ends-overflow").sinks(&["tree", "summary", "json"]).expects(&[
            "the same end (signal 6)",
            "the same output",
            "no message",
            "an empty file",
        ]),
        Case::new("C13", "`SIGSEGV`", "ends-segv").expects(&[
            "the same end (signal 11)",
            "the same output",
            "no message",
            "an empty file",
        ]),
        Case::new("C14", "`SIGTERM`", "ends-term").expects(&[
            "the same end (signal 15)",
            "the same output",
            "no message",
            "an empty file",
        ]),
        Case::new("C15", "`SIGKILL`", "ends-kill").expects(&[
            "the same end (signal 9)",
            "the same output",
            "no message",
            "an empty file",
        ]),
        Case::new("C16", "`exec`", "ends-exec").expects(&[
            "the same end (status 0)",
            "the same output",
            "no message",
            "an empty file",
        ]),
        Case::new(
            "C19",
            "five panics with `RUST_BACKTRACE=1`: their messages are not the program's heap events",
            "backtraces",
        )
        .count(5)
        .env(&[("RUST_BACKTRACE", "1")])
        .sinks(&["tree", "json"])
        .asks(|lines| {
            let heap: usize = ["alloc", "realloc", "free"].iter().map(|event| count(lines, event)).sum();
            let few = if (1..100).contains(&heap) { "fewer than 100 heap events" } else { "a flood" };
            vec![counted(lines, &["enter"]), few.to_owned()]
        })
        .expects(&[
            "the same end (status 6)",
            "the same output",
            "no message",
            "a whole trace",
            "nothing lost",
            "each frame ends",
            "10 enter",
            "fewer than 100 heap events",
        ]),
        Case::new("C20", "a panic in the panic hook", "ends-panic-in-hook").expects(&[
            "the same end (signal 6)",
            "the same output",
            "no message",
            "an empty file",
        ]),
        Case::new("C21", "`exit` inside of 50 frames", "ends-nested-exit")
            .asks(|lines| vec![counted(lines, &["enter", "exit"])])
            .expects(&[
                "the same end (status 6)",
                "the same output",
                "“never freed” (live, summary, tree)",
                "no message",
                "a whole trace",
                "nothing lost",
                "50 frames are open",
                "50 enter, 0 exit",
            ]),
        Case::new("C22", "two threads call `exit` at once", "ends-two-exits")
            .asks(|lines| vec![counted(lines, &["end"])])
            .expects(&[
                "the same end (status 6)",
                "the same output",
                "“never freed” (live, summary, tree)",
                "no message",
                "a whole trace",
                "nothing lost",
                "2 frames are open",
                "1 end",
            ]),
    ];
