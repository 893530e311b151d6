//! Ways for a process to end.

use std::hint::black_box;
use std::process;
use std::sync::mpsc;
use std::thread;

use trace_memory::trace_memory;

use crate::STATUS;

/// Whether `mode` is one of these, and what it does.
pub(crate) fn run(mode: &str, count: u32) -> bool {
    match mode {
        "ends-detached" => ends_detached(),
        "ends-exit" | "ends-exit-thread" | "ends-_exit" | "ends-quick_exit" | "ends-abort" | "ends-segv"
        | "ends-term" | "ends-kill" | "ends-exec" | "ends-alloc-error" | "ends-overflow" | "ends-panic"
        | "ends-panic-in-hook" => _ = ends(mode, black_box(count)),
        "ends-panic-thread" => {
            let panicked = thread::spawn(|| ends("ends-panic", 1)).join().is_err();
            println!("panicked {panicked}");
        }
        "ends-double-panic" => double_panic(),
        "ends-nested-exit" => _ = nested(50),
        "ends-two-exits" => two_exits(),
        "ends-at-exit" => at_exit(),
        _ => return false,
    }
    true
}

#[trace_memory]
fn ends(mode: &str, count: u32) -> u64 {
    let text = black_box(format!("{mode} {count}"));
    match mode {
        "ends-exit" => process::exit(STATUS),
        "ends-exit-thread" => {
            let _ = thread::spawn(exits_at_once).join();
        }
        // SAFETY: it ends the process.
        "ends-_exit" => unsafe { libc::_exit(STATUS) },
        "ends-quick_exit" => quick_exit(STATUS),
        "ends-abort" => process::abort(),
        "ends-segv" => {
            // The first one meets the handler of the standard library, which lets the second one through.
            raise(libc::SIGSEGV);
            raise(libc::SIGSEGV);
        }
        "ends-term" => raise(libc::SIGTERM),
        "ends-kill" => raise(libc::SIGKILL),
        "ends-exec" => {
            use std::os::unix::process::CommandExt;
            let error = process::Command::new("/bin/echo").arg("another program").exec();
            panic!("{error}");
        }
        "ends-alloc-error" => std::alloc::handle_alloc_error(std::alloc::Layout::new::<u64>()),
        "ends-overflow" => return overflow(black_box(1)),
        "ends-panic-in-hook" => {
            std::panic::set_hook(Box::new(|_| panic!("in the hook")));
            panic!("as it is asked for");
        }
        _ => panic!("as it is asked for"),
    }
    text.len() as u64
}

fn exits_at_once() {
    process::exit(STATUS);
}

unsafe extern "C" {
    safe fn quick_exit(status: i32) -> !;
}

fn raise(signal: i32) {
    // SAFETY: the signal is sent to this thread, and has its usual effect.
    unsafe { libc::raise(signal) };
}

#[expect(unconditional_recursion, reason = "it is what is asked for")]
#[trace_memory]
fn overflow(depth: u64) -> u64 {
    let page = black_box([depth; 512]);
    overflow(black_box(depth + 1)) + page[usize::from(depth == 0)]
}

/// The main function returns while another thread is at work.
fn ends_detached() {
    let (told, heard) = mpsc::channel();
    thread::spawn(move || {
        loop {
            crate::work(1);
            let _ = told.send(());
        }
    });
    heard.recv().expect("the thread is at work");
}

struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("while dropping");
    }
}

#[trace_memory]
fn double_panic() {
    let _bomb = Bomb;
    panic!("as it is asked for");
}

#[trace_memory]
fn nested(depth: u32) -> u32 {
    let text = black_box(depth.to_string());
    if depth == 1 {
        process::exit(STATUS);
    }
    nested(depth - 1) + u32::from(text.is_empty())
}

fn two_exits() {
    let barrier = std::sync::Arc::new(std::sync::Barrier::new(2));
    let other = barrier.clone();
    let thread = thread::spawn(move || exits(&other));
    exits(&barrier);
    thread.join().expect("it never comes back");
}

#[trace_memory]
fn exits(barrier: &std::sync::Barrier) {
    let _text = black_box(String::from("text"));
    barrier.wait();
    // The standard library's `exit` lets only one thread in; this one lets both.
    process::exit(STATUS);
}

/// Handlers registered before and after the tracer's own.
fn at_exit() {
    extern "C" fn last() {
        crate::work(2);
        println!("last");
    }
    extern "C" fn first() {
        crate::work(3);
        println!("first");
    }
    // SAFETY: the handler is a function of this program.
    unsafe { libc::atexit(last) };
    crate::work(1);
    // SAFETY: as above.
    unsafe { libc::atexit(first) };
}
