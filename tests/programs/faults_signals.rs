//! Signals, and an allocator that a signal handler may call.

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};

use trace_memory::trace_memory;

use crate::work;

const ARENA: usize = 1 << 16;

/// The system's allocator; in a signal handler, one without locks, whose blocks nobody gives back.
#[derive(Debug)]
pub(crate) struct Inner;

/// While nothing is to be had from the system.
pub(crate) static STARVED: AtomicBool = AtomicBool::new(false);
static IN_HANDLER: AtomicBool = AtomicBool::new(false);
static USED: AtomicUsize = AtomicUsize::new(0);
static mut MEMORY: [u8; ARENA] = [0; ARENA];

// SAFETY: blocks of the arena do not overlap while the handler lasts, and are never given back to the system.
unsafe impl GlobalAlloc for Inner {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if STARVED.load(Ordering::Relaxed) {
            return ptr::null_mut();
        }
        if !IN_HANDLER.load(Ordering::Relaxed) {
            // SAFETY: as this function.
            return unsafe { System.alloc(layout) };
        }
        let start = USED.fetch_add(layout.size().next_multiple_of(16), Ordering::Relaxed);
        if start + layout.size() > ARENA || layout.align() > 1 {
            return ptr::null_mut();
        }
        (&raw mut MEMORY).cast::<u8>().wrapping_add(start)
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if STARVED.load(Ordering::Relaxed) {
            return ptr::null_mut();
        }
        // SAFETY: as this function.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if !IN_HANDLER.load(Ordering::Relaxed) {
            // SAFETY: as this function.
            unsafe { System.dealloc(block, layout) }
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
        if STARVED.load(Ordering::Relaxed) {
            return ptr::null_mut();
        }
        // SAFETY: as this function.
        unsafe { System.realloc(block, layout, bytes) }
    }
}

/// Whether `mode` is one of these, and what it does.
pub(crate) fn run(mode: &str, count: u32) -> bool {
    match mode {
        "signal-alloc" => under_timer(count, allocates),
        "signal-frame" => under_timer(count, enters),
        "signal-pipe" => {
            // SAFETY: it sets back what Rust's start has set.
            unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) };
            work(count);
        }
        _ => return false,
    }
    true
}

static HANDLED: AtomicU32 = AtomicU32::new(0);

extern "C" fn allocates(_: i32) {
    HANDLED.fetch_add(1, Ordering::Relaxed);
    IN_HANDLER.store(true, Ordering::Relaxed);
    USED.store(0, Ordering::Relaxed);
    drop(black_box(Box::new(1_u8)));
    IN_HANDLER.store(false, Ordering::Relaxed);
}

extern "C" fn enters(_: i32) {
    HANDLED.fetch_add(1, Ordering::Relaxed);
    black_box(handled(1));
}

#[trace_memory]
fn handled(number: u32) -> u32 {
    let sum = black_box(number) + 1;
    black_box(sum)
}

/// Works in small pieces until the handler has run so often.
fn under_timer(count: u32, handler: extern "C" fn(i32)) {
    // SAFETY: the handler allocates only from the arena.
    unsafe { libc::signal(libc::SIGALRM, handler as *const () as libc::sighandler_t) };
    let step = libc::timeval { tv_sec: 0, tv_usec: 50 };
    let timer = |value| {
        let timer = libc::itimerval { it_interval: value, it_value: value };
        // SAFETY: `timer` is a valid one, and the old one is not asked for.
        unsafe { libc::setitimer(libc::ITIMER_REAL, &raw const timer, ptr::null_mut()) };
    };
    timer(step);
    while HANDLED.load(Ordering::Relaxed) < count {
        mainline();
    }
    timer(libc::timeval { tv_sec: 0, tv_usec: 0 });
    println!("handled {}", HANDLED.load(Ordering::Relaxed) >= count);
}

/// Frames and heap events.
#[trace_memory]
fn mainline() {
    for number in 0..100_u8 {
        let block = black_box(Box::new(number));
        drop(block);
    }
}
