//! Threads, forks, and what runs around them.

use std::cell::RefCell;
use std::ffi::c_void;
use std::hint::black_box;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;

use trace_memory::trace_memory;

use crate::{many, work};

/// Whether `mode` is one of these, and what it does.
pub(crate) fn run(mode: &str, count: u32) -> bool {
    match mode {
        "thread-half" => _ = thread::spawn(|| work(3)).join(),
        "thread-short" => (0..count).for_each(|_| _ = thread::spawn(|| work(1)).join()),
        "thread-many" => many_at_once(count),
        "thread-raw" => raw(0),
        "thread-small" => raw(16 * 1024),
        "thread-keys" => keys_used_up(),
        "thread-locals" => _ = thread::spawn(locals).join(),
        "thread-key-rounds" => rounds(),
        "fork" => fork(count, false),
        "fork-exit" => fork(count, true),
        "fork-in-frame" => fork_in_frame(),
        "spawn" => spawn(),
        "descriptors" => descriptors(),
        "before-main" => println!("{}", BEFORE.load(Ordering::Relaxed)),
        _ => return false,
    }
    true
}

fn many_at_once(count: u32) {
    let barrier = std::sync::Barrier::new(count as usize);
    thread::scope(|scope| {
        for _ in 0..count {
            scope.spawn(|| {
                waits(&barrier);
            });
        }
    });
}

#[trace_memory]
fn waits(barrier: &std::sync::Barrier) {
    let _text = black_box(String::from("text"));
    barrier.wait();
}

extern "C" fn start(_: *mut c_void) -> *mut c_void {
    work(5);
    ptr::null_mut()
}

/// A thread that the standard library knows nothing of, with a stack of so many bytes.
fn raw(stack: usize) {
    let mut attributes = std::mem::MaybeUninit::<libc::pthread_attr_t>::uninit();
    // SAFETY: it is a place for attributes.
    let ready = unsafe { libc::pthread_attr_init(attributes.as_mut_ptr()) };
    assert_eq!(ready, 0);
    if stack != 0 {
        // SAFETY: they are initialised.
        let set = unsafe { libc::pthread_attr_setstacksize(attributes.as_mut_ptr(), stack) };
        assert_eq!(set, 0);
    }
    let mut thread = 0;
    // SAFETY: the attributes are initialised, and `start` is a function of this program.
    let made = unsafe { libc::pthread_create(&raw mut thread, attributes.as_ptr(), start, ptr::null_mut()) };
    assert_eq!(made, 0);
    // SAFETY: nobody else waits for it.
    let joined = unsafe { libc::pthread_join(thread, ptr::null_mut()) };
    println!("joined {joined}");
}

fn keys_used_up() {
    let mut keys = 0;
    let mut key = 0;
    // SAFETY: `key` is a place for one.
    while unsafe { libc::pthread_key_create(&raw mut key, None) } == 0 {
        keys += 1;
    }
    println!("some {}", keys > 0);
    work(1);
}

struct AtEnd(u32);

impl Drop for AtEnd {
    fn drop(&mut self) {
        work(self.0);
        drop(black_box(Box::new(1_u64)));
    }
}

thread_local! {
    static EARLY: RefCell<Option<AtEnd>> = const { RefCell::new(None) };
    static LATE: RefCell<Option<AtEnd>> = const { RefCell::new(None) };
}

/// Destructors of thread-locals touched before the tracer's own, and after.
fn locals() {
    EARLY.with(|place| *place.borrow_mut() = Some(AtEnd(2)));
    work(1);
    LATE.with(|place| *place.borrow_mut() = Some(AtEnd(3)));
}

static KEY: AtomicU32 = AtomicU32::new(0);
static ROUNDS: AtomicU32 = AtomicU32::new(0);

extern "C" fn again(value: *mut c_void) {
    ROUNDS.fetch_add(1, Ordering::Relaxed);
    work(1);
    // SAFETY: the key exists.
    unsafe { libc::pthread_setspecific(KEY.load(Ordering::Relaxed), value) };
}

/// A destructor that asks to be called again, which C does four times.
fn rounds() {
    let mut key = 0;
    // SAFETY: `key` is a place for one.
    assert_eq!(unsafe { libc::pthread_key_create(&raw mut key, Some(again)) }, 0);
    KEY.store(key, Ordering::Relaxed);
    let thread = thread::spawn(move || {
        work(1);
        // SAFETY: the key exists, and any value will do that is not null.
        unsafe { libc::pthread_setspecific(key, ptr::dangling_mut::<c_void>()) };
    });
    thread.join().expect("it ends well");
    println!("{}", ROUNDS.load(Ordering::Relaxed));
}

/// Children that go on as if nothing had happened, while another thread is in the tracer.
fn fork(count: u32, by_exit: bool) {
    use std::io::Write;
    work(1);
    let _ = std::io::stdout().flush();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                many(10);
                // Short of a flood: forks are what is counted.
                thread::yield_now();
            }
        });
        for _ in 0..count {
            // SAFETY: the child runs traced code, and ends.
            let child = unsafe { libc::fork() };
            if child == 0 {
                work(10);
                if by_exit {
                    // SAFETY: exit handlers are what this is about.
                    unsafe { libc::exit(3) };
                }
                // SAFETY: it ends the process.
                unsafe { libc::_exit(3) };
            }
            let mut status = 0;
            // SAFETY: `status` is a place for one.
            let waited = unsafe { libc::waitpid(child, &raw mut status, 0) };
            assert_eq!((waited, libc::WEXITSTATUS(status)), (child, 3));
        }
        done.store(true, Ordering::Relaxed);
    });
    println!("{count} children");
}

/// The child ends the frames that it was born in.
fn fork_in_frame() {
    use std::io::Write;
    let _ = std::io::stdout().flush();
    let child = forks();
    if child == 0 {
        // SAFETY: exit handlers are what this is about.
        unsafe { libc::exit(3) };
    }
    let mut status = 0;
    // SAFETY: `status` is a place for one.
    unsafe { libc::waitpid(child, &raw mut status, 0) };
    println!("child {}", libc::WEXITSTATUS(status));
}

#[trace_memory]
fn forks() -> i32 {
    let mut text = black_box(String::from("before"));
    // SAFETY: the child runs traced code, and ends.
    let child = unsafe { libc::fork() };
    text.push_str(" and after");
    let copy = black_box(text.clone());
    work(u32::try_from(copy.len()).unwrap_or(1));
    child
}

/// A child that is another program, and traces too.
#[trace_memory]
fn spawn() {
    let program = std::env::current_exe().expect("this program");
    let output = std::process::Command::new(program).args(["descriptors"]).output();
    let output = output.expect("it starts");
    println!("{:?} {}", output.status.code(), String::from_utf8_lossy(&output.stdout));
}

/// The files that are open here, beside the three of every program.
fn descriptors() {
    let open = (3..64).filter(|number| {
        // SAFETY: it only asks.
        unsafe { libc::fcntl(*number, libc::F_GETFD) >= 0 }
    });
    println!("{} more", open.count());
    work(1);
}

static BEFORE: AtomicU32 = AtomicU32::new(0);

extern "C" fn before_main() {
    if std::env::args().nth(1).as_deref() == Some("before-main") {
        work(4);
        BEFORE.fetch_add(1, Ordering::Relaxed);
    }
}

#[used]
#[unsafe(link_section = ".init_array")]
static INIT: extern "C" fn() = before_main;
