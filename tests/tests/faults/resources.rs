//! Files, memory, descriptors and streams that fail.

use super::facts::{count, counted};
use super::{Case, Fault};

/// More events than the buffer of a thread takes.
const MUCH: u32 = 3_000;

pub(crate) const CASES: &[Case] = &[
    Case::new("D1", "the file of the trace takes nothing: disk full", "work").count(MUCH).under(Fault::FullFile)
        .expects(&["the same end (status 6)", "the same output", "“`PATH` is not complete: No space left on device (os error 28)” (json)", "an empty file"]),
    Case::new("D2", "the temporary file takes nothing: disk full", "work").count(MUCH).under(Fault::FullAt)
        .expects(&["the same end (status 6)", "the same output", "“lost” (live, summary, tree)", "“`PATH` lacks N events: the buffer was full” (json)", "a whole trace", "losses counted", "1 frame is open"]),
    Case::new("D3", "no file may grow beyond 128 KiB, and more is to be written", "work")
        .count(MUCH)
        .under(Fault::FileSize(1 << 17))
        .expects(&["the same end (status 6)", "the same output", "“lost” (live, summary, tree)", "“`PATH` is not complete: File too large (os error 27)” (json)", "a trace that is not whole", "1 frame is open"]),
    Case::new("D3", "no file may grow at all", "work").count(3).under(Fault::FileSize(0))
        .expects(&["the same end (status 6)", "the same output", "“`PATH` is not complete: File too large (os error 27)” (json)", "an empty file"]),
    Case::new("D3", "stderr is a file that may not grow beyond 1 KiB", "work").count(MUCH).under(Fault::ErrorLimited(1 << 10))
        .sinks(&["tree", "live", "summary"])
        .expects(&["the same end (status 6)", "the same output", "no message"]),
    Case::new("D6", "stderr is full", "work").count(3).under(Fault::ErrorFull)
        .expects(&["the same end (status 6)", "the same output", "no message", "a whole trace", "nothing lost", "each frame ends"]),
    Case::new("D6", "stderr is closed", "work").count(3).under(Fault::ErrorClosed)
        .expects(&["the same end (status 6)", "the same output", "no message", "a whole trace", "nothing lost", "each frame ends"]),
    Case::new("D6", "nobody reads stderr any more", "work").count(3).under(Fault::ErrorUnread)
        .expects(&["the same end (status 6)", "the same output", "no message", "a whole trace", "nothing lost", "each frame ends"]),
    Case::new("D6", "the same, in a program that has set `SIGPIPE` back", "signal-pipe").count(3).under(Fault::ErrorUnread)
        .expects(&["the same end (status 6)", "the same output", "no message", "a whole trace", "nothing lost", "each frame ends"]),
    Case::new("D7", "no file can be created: no permission", "work").count(MUCH).under(Fault::NoFiles)
        .expects(&["the same end (status 6)", "the same output", "“lost” (live, summary, tree)", "“cannot create `PATH`: Permission denied (os error 13); going on with `tree`” (json)", "“no temporary file in `/tmp` (Permission denied (os error 13)); events that do not fit into memory are lost” (json, live, summary, tree)", "no file"]),
    Case::new("D7", "memory in the shape of a file is not to be had, and there is no temporary folder", "work").count(MUCH).under(Fault::NoMemoryFile).env(&[("TMPDIR", "/missing")])
        .expects(&["the same end (status 6)", "the same output", "“lost” (live, summary, tree)", "“`PATH` lacks N events: the buffer was full” (json)", "“no temporary file in `/missing` (No such file or directory (os error 2)); events that do not fit into memory are lost” (json, live, summary, tree)", "a whole trace", "losses counted", "1 frame is open"]),
    Case::new("D7", "there is no temporary folder: what waits is in memory", "work").count(MUCH).env(&[("TMPDIR", "/missing")])
        .expects(&["the same end (status 6)", "the same output", "no message", "a whole trace", "nothing lost", "each frame ends"]),
    Case::new("D7", "memory in the shape of a file is not to be had: a temporary file is", "work").count(MUCH).under(Fault::NoMemoryFile)
        .expects(&["the same end (status 6)", "the same output", "no message", "a whole trace", "nothing lost", "each frame ends"]),
    Case::new("D8", "one descriptor is left", "work").count(3).under(Fault::Descriptors)
        .expects(&["the same end (status 6)", "the same output", "“cannot create `PATH`: Too many open files (os error 24); going on with `tree`” (json)", "no file"]),
    Case::new("D8", "the program closes all descriptors, and opens files of its own there", "closes").count(20_000)
        .expects(&["the same end (status 6)", "the same output", "“lost” (live, summary, tree)", "“`PATH` is not complete: Bad file descriptor (os error 9)” (json)", "an empty file"]),
    Case::new("D9", "the allocator has nothing when the first traced function begins", "starved-start")
        .expects(&["the same end (status 6)", "the same output", "“out of memory; the trace ends here” (json, live, summary, tree)", "an empty file"]),
    Case::new("D9", "the allocator has nothing when a report is made", "starved-report").count(MUCH).sinks(&["tree", "json"])
        .expects(&["the same end (status 6)", "the same output", "“out of memory; the trace ends here” (tree)", "a whole trace", "nothing lost", "each frame ends"]),
    Case::new("D9", "the allocator has nothing when the last report is made", "starved-exit").count(MUCH)
        .expects(&["the same end (status 6)", "the same output", "“out of memory; the trace ends here” (json, live, summary, tree)", "an empty file"]),
    Case::new("D9", "no memory for the buffers of threads", "work").count(3).under(Fault::Buffers)
        .expects(&["the same end (status 6)", "the same output", "“lost” (live, summary, tree)", "“`PATH` lacks N events: the buffer was full” (json)", "a whole trace", "losses counted", "each frame ends"]),
    Case::new("D11", "300,000 events in a file", "work")
        .count(30_000)
        .sinks(&["json"])
        .asks(|lines| vec![counted(lines, &["alloc", "free"]), format!("{} end", count(lines, "end"))])
        .expects(&["the same end (status 6)", "the same output", "no message", "a whole trace", "nothing lost", "each frame ends", "30000 alloc, 30000 free", "1 end"]),
];
