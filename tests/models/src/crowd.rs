// A large model, for shuttle. Included by `lib.rs`, once for each version of the protocols.

use std::collections::{BTreeMap, BTreeSet};

use shuttle::sync::{Arc, Mutex};
use shuttle::sync::atomic::AtomicU64;
use shuttle::thread;

use super::epoch::Epoch;
use super::lanes::{Drain, Lane, Said};

const THREADS: u64 = 4;
/// Fewer than threads: they take turns.
const LANES: usize = 3;
/// Records of a chunk.
const CHUNK: usize = 3;
/// Addresses that the allocator has.
const ADDRESSES: u64 = 2;
/// How often each thread gets blocks and frees some, and how often the reader reads.
const TURNS: usize = 2;
const READS: usize = 3;
const INTERLEAVINGS: usize = 20_000;
/// Of threads that would go on, in each.
const PREEMPTIONS: usize = 5;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Alloc = 1,
    Own,
    Free,
}

/// What all threads share.
struct World {
    epoch: Epoch,
    lanes: [Lane; LANES],
    /// The allocator, and blocks that wait for whoever frees them.
    free: Mutex<Vec<u64>>,
    passed: Mutex<Vec<u64>>,
    /// Whether a lane that was another's is taken as it is.
    careless: bool,
}

/// Threads get blocks, pass them on and free each other's, in lanes that they take for a few records each, while a reader
/// reads. No address is in use twice, each thread's records are in its order, and none is missing.
pub(crate) fn crowd() {
    shuttle::check_pct(|| run(false), INTERLEAVINGS, PREEMPTIONS);
}

/// The same, where a thread does not count on when it takes a lane.
pub(crate) fn careless_crowd() {
    shuttle::check_pct(|| run(true), INTERLEAVINGS, PREEMPTIONS);
}

fn run(careless: bool) {
    let world = Arc::new(World {
        epoch: Epoch(AtomicU64::new(0)),
        lanes: std::array::from_fn(|_| Lane::new(CHUNK)),
        free: Mutex::new((1..=ADDRESSES).collect()),
        passed: Mutex::new(Vec::new()),
        careless,
    });
    let threads: Vec<_> = (0..THREADS)
        .map(|thread| {
            let world = world.clone();
            thread::spawn(move || Worker { world: &world, thread, records: 0 }.work())
        })
        .collect();
    let mut drain = Drain::new(&world.lanes);
    for _ in 0..READS {
        let horizon = world.epoch.past();
        drain.settle();
        drain.run(horizon);
    }
    let written: Vec<u64> = threads.into_iter().map(|thread| thread.join().expect("no panic")).collect();
    drain.run(u64::MAX);
    check(&drain.said, &written);
}

struct Worker<'w> {
    world: &'w World,
    thread: u64,
    records: u64,
}

impl<'w> Worker<'w> {
    /// Gives how many records it has written.
    fn work(mut self) -> u64 {
        for _ in 0..TURNS {
            let lane = self.take();
            // As the runtime does: the first record looks at the epoch, whatever it is.
            lane.begins(&self.world.epoch, self.said(What::Own, 0));
            for _ in 0..2 {
                let got = self.world.free.lock().expect("no panic").pop();
                if let Some(address) = got {
                    lane.begins(&self.world.epoch, self.said(What::Alloc, address));
                    self.world.passed.lock().expect("no panic").push(address);
                }
                lane.own(self.said(What::Own, 0));
                let taken = self.world.passed.lock().expect("no panic").pop();
                if let Some(address) = taken {
                    lane.ends(&self.world.epoch, self.said(What::Free, address));
                    self.world.free.lock().expect("no panic").push(address);
                }
            }
            lane.gate.release();
        }
        self.records
    }

    /// A lane that is free.
    fn take(&self) -> &'w Lane {
        let World { lanes, epoch, careless, .. } = self.world;
        let lane = loop {
            match lanes.iter().find(|lane| lane.gate.claim()) {
                Some(lane) => break lane,
                None => thread::yield_now(),
            }
        };
        // What the thread wrote before may be in another lane.
        if !careless {
            epoch.ends();
        }
        lane
    }

    fn said(&mut self, what: What, address: u64) -> Said {
        self.records += 1;
        (what as u64) << 24 | address << 16 | self.thread << 8 | self.records
    }
}

fn check(said: &[Said], written: &[u64]) {
    let (mut alive, mut last) = (BTreeSet::new(), BTreeMap::new());
    for said in said {
        let [number, thread, address, what, ..] = said.to_le_bytes();
        let before = last.insert(thread, number).unwrap_or(0);
        assert_eq!(number, before + 1, "the records of a thread are in its order");
        match what {
            1 => assert!(alive.insert(address), "an address that is in use is not given out"),
            3 => assert!(alive.remove(&address), "what is freed was alive"),
            _ => {}
        }
    }
    for (thread, written) in (0_u8..).zip(written) {
        assert_eq!(u64::from(last.get(&thread).copied().unwrap_or(0)), *written, "none is missing");
    }
}
