//! As many outermost calls as the first argument says, or, with a second one, as many calls in one. Says at the end how
//! much of the trace waits in memory, where that can be seen: 512 bytes are a block.

#![allow(clippy::print_stdout, reason = "a test reads it")]

use std::os::unix::fs::MetadataExt;

use trace_memory::trace_memory;

fn main() {
    let count: u32 = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(0);
    let (length, waiting) =
        if std::env::args().len() > 2 { all(count) } else { ((0..count).map(text_of).sum(), waiting()) };
    println!("{waiting}");
    std::process::exit(i32::from(length == 0));
}

#[trace_memory]
fn all(count: u32) -> (usize, u64) {
    let mut length = 0;
    for number in 0..count {
        length += text_of(number);
    }
    (length, waiting())
}

/// The blocks of the tracer's memory that has the shape of a file.
fn waiting() -> u64 {
    let Ok(open) = std::fs::read_dir("/proc/self/fd") else { return 0 };
    let is_ours = |path: &std::path::PathBuf| {
        std::fs::read_link(path).is_ok_and(|to| to.to_string_lossy().starts_with("/memfd:trace-memory"))
    };
    let paths = open.flatten().map(|entry| entry.path()).filter(is_ours);
    paths.filter_map(|path| std::fs::metadata(path).ok()).map(|file| file.blocks()).sum()
}

#[trace_memory]
fn text_of(number: u32) -> usize {
    let text = number.to_string();
    let copy = text.clone();
    copy.len() + text.len()
}

#[global_allocator]
static ALLOC: trace_memory::Alloc = trace_memory::Alloc::system();
