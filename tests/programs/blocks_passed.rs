//! Four threads that pass blocks around until each has asked the allocator so many times. Few sizes, and one arena, so that
//! an address that one gives back is another's at once. Prints what an allocator below the trace has counted meanwhile.
#![expect(clippy::print_stdout, reason = "the counts are the product")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Barrier, Mutex};
use std::thread;

use trace_memory::trace_memory;

const THREADS: usize = 4;
/// Blocks that wait in the pool, or for one thread.
const WAITING: usize = 8;
const NAMES: [&str; 3] = ["allocs", "reallocs", "frees"];

static COUNTS: [AtomicU64; 3] = [const { AtomicU64::new(0) }; 3];

thread_local! {
    /// What this thread has asked for; `None` while that is not counted.
    static ASKED: Cell<Option<[u64; 3]>> = const { Cell::new(None) };
}

fn count(which: usize) {
    ASKED.with(|asked| {
        if let Some(mut counts) = asked.get() {
            counts[which] += 1;
            asked.set(Some(counts));
        }
    });
}

struct Counting;

#[global_allocator]
static ALLOC: trace_memory::Alloc<Counting> = trace_memory::Alloc::new(Counting);

// SAFETY: every method hands its arguments to `System` unchanged and returns what `System` returns.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(0);
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(0);
        // SAFETY: the caller keeps the contract of `alloc_zeroed`.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
        count(1);
        // SAFETY: the caller keeps the contract of `realloc`.
        unsafe { System.realloc(block, layout, bytes) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        count(2);
        // SAFETY: the caller keeps the contract of `dealloc`.
        unsafe { System.dealloc(block, layout) }
    }
}

enum Block {
    Small(Box<[u64; 3]>),
    Large(Box<[u64; 12]>),
    List(Vec<u64>),
}

/// What the threads share.
struct Pool {
    blocks: Mutex<Vec<Block>>,
    begin: Barrier,
    asks: u64,
}

/// One of the threads.
struct Place {
    input: Receiver<Block>,
    output: SyncSender<Block>,
    /// Of a xorshift generator (Marsaglia 2003).
    random: u64,
}

impl Place {
    fn one_of(&mut self, count: u64) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random % count
    }

    fn block(&mut self) -> Block {
        black_box(match self.one_of(3) {
            0 => Block::Small(Box::new([self.random; 3])),
            1 => Block::Large(Box::new([self.random; 12])),
            _ => Block::List(vec![self.random; 3]),
        })
    }

    /// Gives a block into the pool; where that is full, nobody gets it.
    fn give(pool: &Pool, block: Block) {
        let mut blocks = pool.blocks.lock().expect("nobody panics");
        if blocks.len() < WAITING {
            blocks.push(block);
        } else {
            drop(blocks);
            drop(block);
        }
    }

    /// Hands a block to the next thread, and takes one from the thread before: they wait for each other, so that
    /// blocks go round however many processors there are. At most one block of each thread is on its way, so nobody
    /// waits for ever.
    fn pass(&self, block: Block) -> Option<Block> {
        drop(self.output.send(block));
        self.input.recv().ok()
    }

    fn turn(&mut self, pool: &Pool) {
        let made = self.block();
        let taken = if self.one_of(4) == 0 {
            self.pass(made)
        } else {
            Self::give(pool, made);
            pool.blocks.lock().expect("nobody panics").pop()
        };
        let Some(block) = taken else { return };
        match (block, self.one_of(4)) {
            (Block::List(mut list), 0) => {
                list.reserve_exact(9);
                Self::give(pool, black_box(Block::List(list)));
            }
            (Block::List(mut list), 1) => {
                list.truncate(1);
                list.shrink_to_fit();
                Self::give(pool, black_box(Block::List(list)));
            }
            (Block::Small(block), 2) => passes(block),
            (Block::Large(block), 2) => passes(block),
            (block, _) => drop(block),
        }
    }
}

/// A frame and a local now and then, between the blocks.
#[trace_memory]
fn passes<B>(block: B) {
    let kept = block;
    black_box(&kept);
}

/// What is counted, in one frame.
#[trace_memory]
fn turns(pool: &Pool, place: &mut Place) {
    while ASKED.get().is_some_and(|asked| asked.iter().sum::<u64>() < pool.asks) {
        place.turn(pool);
    }
}

#[trace_memory]
fn runs(pool: &Pool, mut place: Place) {
    pool.begin.wait();
    ASKED.set(Some([0; 3]));
    turns(pool, &mut place);
    let asked = ASKED.replace(None);
    for (count, asked) in COUNTS.iter().zip(asked.unwrap_or_default()) {
        count.fetch_add(asked, Relaxed);
    }
    // Whoever waits for this thread is told, and what waits is freed in its frame.
    drop(place);
}

#[trace_memory(allocator = none)]
fn main() {
    let asks = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(1_000);
    let blocks = Mutex::new(Vec::with_capacity(WAITING));
    let pool = Pool { blocks, begin: Barrier::new(THREADS), asks };
    let (mut outputs, inputs): (Vec<_>, Vec<_>) = (0..THREADS).map(|_| sync_channel(WAITING)).unzip();
    outputs.rotate_left(1);
    thread::scope(|scope| {
        for ((input, output), random) in inputs.into_iter().zip(outputs).zip(1..) {
            let place = Place { input, output, random };
            scope.spawn(|| runs(&pool, place));
        }
    });
    for (name, count) in NAMES.iter().zip(&COUNTS) {
        println!("{name} {}", count.load(Relaxed));
    }
}
