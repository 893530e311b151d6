//! Requests to the allocator that are out of the ordinary.

use std::alloc::{Layout, alloc, alloc_zeroed, dealloc, realloc};
use std::hint::black_box;
use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::thread;

use trace_memory::trace_memory;

use crate::faults_signals::STARVED;
use crate::work;

/// Whether `mode` is one of these, and what it does.
pub(crate) fn run(mode: &str, count: u32) -> bool {
    match mode {
        "heap-before" => {
            let before: Vec<_> = (0..count).map(|number| black_box(Box::new(number))).collect();
            frees(before);
        }
        "heap-null" => println!("{:?}", null(isize::MAX.unsigned_abs() / 2)),
        "heap-realloc" => println!("{}", history()),
        "heap-zeroed" => println!("{}", zeroed()),
        "heap-aligned" => aligned(),
        "heap-nothing" => println!("{}", nothing()),
        "heap-zero-size" => zero_size(),
        "heap-across" => across(),
        "heap-foreign" => foreign(),
        "heap-shown" => shown(),
        "starved-start" => starved(|| _ = nothing()),
        "starved-report" => {
            ends_starved(count);
            STARVED.store(false, Ordering::Relaxed);
            println!("{}", work(count));
        }
        "starved-exit" => {
            println!("{}", work(count));
            // SAFETY: `starve` is a function of this program. What is registered after the tracer's runs before it.
            assert_eq!(unsafe { libc::atexit(starve) }, 0);
        }
        "heap-violation" => println!("{}", breaks()),
        "heap-race" => race(count),
        _ => return false,
    }
    true
}

#[expect(clippy::vec_box, reason = "blocks are what it is about")]
#[trace_memory]
fn frees(blocks: Vec<Box<u32>>) {
    let own = black_box(Box::new(1_u8));
    drop(blocks);
    drop(own);
}

#[trace_memory]
fn null(bytes: usize) -> (bool, bool, usize) {
    let mut list: Vec<u8> = black_box(Vec::with_capacity(16));
    let grown = list.try_reserve_exact(bytes).is_ok();
    let new = black_box(Vec::<u8>::new()).try_reserve_exact(bytes).is_ok();
    (grown, new, list.capacity())
}

#[trace_memory]
fn history() -> usize {
    let mut list = black_box(Vec::<u8>::with_capacity(16));
    list.push(1);
    list.reserve_exact(1 << 20);
    list.shrink_to_fit();
    list.capacity()
}

#[trace_memory]
fn zeroed() -> usize {
    let list = black_box(vec![0_u8; 1 << 20]);
    usize::from(list[list.len() - 1])
}

#[trace_memory]
fn aligned() {
    for exponent in 4..=21 {
        let layout = Layout::from_size_align(1, 1 << exponent).expect("it is a power of two");
        // SAFETY: the layout has a size.
        let block = unsafe { alloc(layout) };
        println!("{}", block.addr() % layout.align());
        // SAFETY: it comes from `alloc` with this layout.
        unsafe { dealloc(block, layout) };
    }
}

#[trace_memory]
fn nothing() -> usize {
    let unit = black_box(Box::new(()));
    let list = black_box(vec![(); 1000]);
    let text = black_box(String::new());
    let none: Vec<Box<String>> = black_box(Vec::new());
    list.len() + text.len() + none.len() + size_of_val(&*unit)
}

/// What safe code cannot ask for, and C's allocator answers.
#[trace_memory]
fn zero_size() {
    let layout = Layout::from_size_align(0, 1).expect("it is a power of two");
    // SAFETY: the allocator below is C's, which knows what to do.
    let block = unsafe { alloc(layout) };
    // SAFETY: as above.
    let other = unsafe { alloc_zeroed(layout) };
    // SAFETY: as above.
    let block = unsafe { realloc(block, layout, 1) };
    println!("{} {}", block.is_null(), other.is_null());
    // SAFETY: the block has one byte now.
    unsafe { dealloc(block, Layout::new::<u8>()) };
    // SAFETY: it comes from `alloc_zeroed` with this layout.
    unsafe { dealloc(other, layout) };
}

#[trace_memory]
fn across() {
    let block = black_box(Box::new([1_u8; 100]));
    let thread = thread::spawn(move || receives(block));
    thread.join().expect("it ends well");
}

#[trace_memory]
fn receives(block: Box<[u8; 100]>) {
    drop(block);
}

/// Its `Debug` takes a block, and has it grow.
struct Shown;

impl std::fmt::Debug for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut text = black_box(String::from("a"));
        text.push_str(black_box(&"long ".repeat(20)));
        f.write_str(&text)
    }
}

#[trace_memory(values, stack_only)]
fn shown() {
    let value = Shown;
    black_box(&value);
}

extern "C" fn starve() {
    STARVED.store(true, Ordering::Relaxed);
}

/// Does something that needs no memory while there is none.
fn starved(work: impl FnOnce()) {
    STARVED.store(true, Ordering::Relaxed);
    work();
    STARVED.store(false, Ordering::Relaxed);
}

/// There is no memory from its end on, which is when the tracer reports it.
#[trace_memory]
fn ends_starved(count: u32) {
    println!("{}", work(count));
    STARVED.store(true, Ordering::Relaxed);
}

/// A rule that only a run can find broken: another function allocates.
#[trace_memory(stack_only)]
fn breaks() -> usize {
    allocates()
}

fn allocates() -> usize {
    black_box(String::from("text")).len()
}

/// Memory that no Rust allocator gave.
#[trace_memory]
fn foreign() {
    // SAFETY: any size may be asked for.
    let block = unsafe { libc::malloc(12_345) };
    println!("{}", block.is_null());
    // SAFETY: `malloc` gave it.
    unsafe { libc::free(block) };
}

/// Threads that hand blocks round, so that addresses are used again at once, by others.
fn race(count: u32) {
    const THREADS: usize = 4;
    let (outs, ins): (Vec<_>, Vec<_>) = (0..THREADS).map(|_| mpsc::sync_channel(4)).unzip();
    thread::scope(|scope| {
        for (index, input) in ins.into_iter().enumerate() {
            let output = outs[(index + 1) % THREADS].clone();
            scope.spawn(move || hands_on(&input, &output, count));
        }
        drop(outs);
    });
}

#[trace_memory]
fn hands_on(input: &mpsc::Receiver<Vec<u8>>, output: &mpsc::SyncSender<Vec<u8>>, count: u32) {
    for number in 0..count {
        let length = 1 + number as usize % 3 * 40;
        let _ = output.try_send(black_box(vec![1; length]));
        if let Ok(mut block) = input.try_recv() {
            block.reserve_exact(64);
            block.shrink_to_fit();
        }
    }
}
