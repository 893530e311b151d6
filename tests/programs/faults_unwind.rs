//! Panics, jumps over frames, and frames in odd places.

use std::hint::black_box;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::thread;

use trace_memory::trace_memory;

use crate::work;

/// Whether `mode` is one of these, and what it does.
pub(crate) fn run(mode: &str, count: u32) -> bool {
    match mode {
        "unwind-deep" => {
            let caught = catch_unwind(|| deep(black_box(count))).is_err();
            println!("caught {caught} {}", work(1));
        }
        "unwind-drop" => {
            let caught = catch_unwind(panics_in_drop).is_err();
            println!("caught {caught} {}", work(1));
        }
        "unwind-any" => {
            for work in [resumes, with_any] as [fn(); 2] {
                println!("caught {}", catch_unwind(work).is_err());
            }
            let caught = catch_unwind(AssertUnwindSafe(|| across(black_box(1)))).is_err();
            println!("caught {caught} {}", work(1));
        }
        "unwind-c" => through_c(),
        "jump" => {
            println!("{}", jumps());
            println!("{}", work(1));
        }
        "recursion" => {
            let big = thread::Builder::new().stack_size(2 << 30);
            let depth = big.spawn(move || recurses(black_box(count))).expect("it starts").join();
            println!("{depth:?}");
        }
        "iterator" => println!("{}", iterates()),
        "coroutine" => coroutines(),
        "never" => never(),
        "own-hook" => {
            panic::set_hook(Box::new(|_| println!("the program's own hook")));
            let caught = catch_unwind(|| deep(3)).is_err();
            println!("caught {caught}");
        }
        "backtraces" => (0..count).for_each(|_| println!("caught {}", catch_unwind(|| deep(2)).is_err())),
        _ => return false,
    }
    true
}

#[trace_memory]
fn deep(depth: u32) -> u32 {
    let text = black_box(depth.to_string());
    assert!(depth != 1, "at the bottom");
    deep(depth - 1) + u32::from(text.is_empty())
}

struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("while dropping");
    }
}

#[trace_memory]
fn panics_in_drop() {
    let _first = black_box(String::from("first"));
    let _bomb = Bomb;
    let _last = black_box(String::from("last"));
}

#[trace_memory]
fn resumes() {
    let _text = black_box(String::from("text"));
    panic::resume_unwind(Box::new(1));
}

#[trace_memory]
fn with_any() {
    let _text = black_box(String::from("text"));
    panic::panic_any(1);
}

#[trace_memory]
extern "C-unwind" fn across(number: u32) {
    let _text = black_box(String::from("text"));
    assert!(number == 0, "through C");
}

#[trace_memory]
extern "C" fn through_c() {
    let _text = black_box(String::from("text"));
    panic!("not through C");
}

unsafe extern "C" {
    #[link_name = "_setjmp"]
    fn setjmp(buffer: *mut libc::c_void) -> i32;
    fn longjmp(buffer: *mut libc::c_void, value: i32) -> !;
}

/// Larger than any system's.
#[repr(align(16))]
struct Buffer {
    _bytes: [u8; 1024],
}

static mut BUFFER: Buffer = Buffer { _bytes: [0; 1024] };

#[trace_memory]
fn jumps() -> u32 {
    let _text = black_box(String::from("kept"));
    let buffer = (&raw mut BUFFER).cast();
    // SAFETY: this frame is still there when `longjmp` is called, and keeps nothing in registers that matters.
    let returned = unsafe { setjmp(buffer) };
    if black_box(returned) == 0 {
        jumped(1);
    }
    7
}

#[trace_memory]
fn jumped(depth: u32) {
    let number = black_box(depth);
    if number < 3 {
        return jumped(number + 1);
    }
    let buffer = (&raw mut BUFFER).cast();
    // SAFETY: the frames between own nothing.
    unsafe { longjmp(buffer, 1) }
}

#[trace_memory]
fn recurses(depth: u32) -> u32 {
    if depth == 0 { 0 } else { black_box(recurses(depth - 1)) + 1 }
}

struct Counted(u32);

impl Iterator for Counted {
    type Item = String;

    #[trace_memory]
    fn next(&mut self) -> Option<String> {
        self.0 = self.0.checked_sub(1)?;
        Some(called(&|number| number.to_string(), self.0))
    }
}

#[trace_memory]
fn called(back: &dyn Fn(u32) -> String, number: u32) -> String {
    back(number)
}

#[trace_memory]
fn iterates() -> usize {
    Counted(10).map(|text| text.len() + work(1)).sum()
}

/// A frame that is open when the process ends.
#[trace_memory]
fn waits_for_ever(told: &std::sync::mpsc::Sender<()>) -> ! {
    let _text = black_box(String::from("held"));
    let _ = told.send(());
    loop {
        thread::park();
    }
}

fn never() {
    let (told, heard) = std::sync::mpsc::channel();
    thread::spawn(move || waits_for_ever(&told));
    heard.recv().expect("it has started");
}

mod contexts {
    //! Two stacks that take turns.

    use std::hint::black_box;
    use std::mem::MaybeUninit;

    use trace_memory::trace_memory;

    static mut CONTEXTS: [MaybeUninit<libc::ucontext_t>; 3] = [const { MaybeUninit::uninit() }; 3];

    fn context(index: usize) -> *mut libc::ucontext_t {
        (&raw mut CONTEXTS).cast::<libc::ucontext_t>().wrapping_add(index)
    }

    fn turn(from: usize, to: usize) {
        // SAFETY: the contexts are made before they take turns.
        unsafe { libc::swapcontext(context(from), context(to)) };
    }

    extern "C" fn first() {
        first_frame();
        turn(1, 2);
    }

    extern "C" fn second() {
        second_frame();
        turn(2, 0);
    }

    #[trace_memory]
    fn first_frame() {
        let _text = black_box(String::from("first"));
        turn(1, 2);
    }

    #[trace_memory]
    fn second_frame() {
        let _text = black_box(String::from("second"));
        turn(2, 1);
    }

    pub(super) fn run() {
        let mut stacks = [vec![0_u8; 1 << 17], vec![0_u8; 1 << 17]];
        for (index, start) in [(1, first as extern "C" fn()), (2, second)] {
            let stack = &mut stacks[index - 1];
            // SAFETY: it is a place for a context.
            unsafe { libc::getcontext(context(index)) };
            // SAFETY: `getcontext` has initialised it.
            let made = unsafe { &mut *context(index) };
            made.uc_stack.ss_sp = stack.as_mut_ptr().cast();
            made.uc_stack.ss_size = stack.len();
            made.uc_link = context(0);
            // SAFETY: it has a stack, and `start` takes nothing.
            unsafe { libc::makecontext(context(index), start, 0) };
        }
        turn(0, 1);
        println!("both are done");
    }
}

/// Frames that do not end in the order of their start.
fn coroutines() {
    contexts::run();
    work(1);
}
