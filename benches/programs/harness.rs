//! Runs one workload, and says how long it took.
//!
//! `program WORKLOAD OPERATIONS THREADS` prints the nanoseconds that passed, those of the processors, and the events
//! that were kept, if the tool knows (`-` otherwise). What a tool does before and after the workload is not in them.

use std::env;
use std::hint::black_box;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

use crate::{document, index, small, tool};

#[derive(Clone, Copy, Debug)]
enum Workload {
    Calls,
    Pairs,
    Locals,
    Document,
    Index,
}

impl Workload {
    fn named(name: &str) -> Option<Self> {
        match name {
            "calls" => Some(Self::Calls),
            "pairs" => Some(Self::Pairs),
            "locals" => Some(Self::Locals),
            "document" => Some(Self::Document),
            "index" => Some(Self::Index),
            _ => None,
        }
    }

    /// As many operations as a tool keeps together: those that keep spans have room for about ten thousand.
    fn batch(self) -> u64 {
        if matches!(self, Self::Document | Self::Index) { 1 } else { 1000 }
    }

    fn run(self, text: &str, times: u64) -> u64 {
        match self {
            Self::Calls => small::calls(times),
            Self::Pairs => small::pairs(times),
            Self::Locals => small::locals(times),
            Self::Document => document::documents(text, times),
            Self::Index => index::indices(text, times),
        }
    }
}

/// What the command line asks for.
///
/// # Panics
///
/// If it cannot be read.
pub fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [workload, operations, threads] = arguments.as_slice() else {
        panic!("give the workload, the operations and the threads");
    };
    let workload = Workload::named(workload).expect("the workload is known");
    let operations = operations.parse().expect("the operations are a number");
    let threads = threads.parse().expect("the threads are a number");
    let (passed, spent) = time(workload, operations, threads);
    let kept = tool::kept().map_or_else(|| "-".to_owned(), |kept| kept.to_string());
    report(&format!("{} {} {kept}", passed.as_nanos(), spent.as_nanos()));
}

#[expect(clippy::print_stdout, reason = "it is a program")]
fn report(line: &str) {
    println!("{line}");
}

/// Every thread does all the operations; what passed is that of the slowest.
fn time(workload: Workload, operations: u64, threads: usize) -> (Duration, Duration) {
    let text = if matches!(workload, Workload::Index) { index::text() } else { document::text() };
    let ready = Barrier::new(threads + 1);
    let thread = || {
        tool::in_thread(|| {
            black_box(work(workload, &text, operations / 10));
            ready.wait();
            ready.wait();
            let start = Instant::now();
            black_box(work(workload, &text, operations));
            start.elapsed()
        })
    };
    thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(thread)).collect();
        ready.wait();
        let start = spent();
        ready.wait();
        let passed = running.into_iter().map(|thread| thread.join().expect("the workload ends well"));
        let passed = passed.max().unwrap_or_default();
        (passed, spent().saturating_sub(start))
    })
}

/// The time of the processors that this process took, in all of its threads.
fn spent() -> Duration {
    let now = clock_gettime(ClockId::ProcessCPUTime);
    let part = |number: i64| u64::try_from(number).expect("time does not run backwards");
    Duration::from_secs(part(now.tv_sec)) + Duration::from_nanos(part(now.tv_nsec))
}

/// Instructions are counted inside this function: see `src/counts.rs`.
#[inline(never)]
fn work(workload: Workload, text: &str, operations: u64) -> u64 {
    let batch = workload.batch();
    let batches = operations / batch;
    (0..batches).fold(0, |sum: u64, _| sum.wrapping_add(tool::batch(|| workload.run(text, black_box(batch)))))
}
