// Small models, for loom. Included by `lib.rs`, once for each version of the protocols.

use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use loom::thread;

use super::epoch::Epoch;
use super::lanes::{Drain, Lane, Said, is_a_story, merged};
use super::rows::Rows;
use super::table::{Entry, search};

/// A block that one thread has, frees, and whose address another one gets and gives to a third, who frees it.
fn pass_a_block(late: bool) {
    loom::model(move || {
        let epoch = Arc::new(Epoch(AtomicU64::new(0)));
        let lanes = Arc::new([Lane::new(4), Lane::new(4), Lane::new(4)]);
        let free = Arc::new(AtomicBool::new(false));
        let given = Arc::new(AtomicBool::new(false));
        let getter = {
            let (epoch, lanes, free, given) = (epoch.clone(), lanes.clone(), free.clone(), given.clone());
            thread::spawn(move || {
                // The allocator has the address again.
                if free.load(Ordering::Acquire) {
                    lanes[0].begins(&epoch, 3);
                    given.store(true, Ordering::Release);
                }
            })
        };
        let other = {
            let (epoch, lanes, given) = (epoch.clone(), lanes.clone(), given.clone());
            thread::spawn(move || {
                if given.load(Ordering::Acquire) {
                    lanes[1].ends(&epoch, 4);
                }
            })
        };
        lanes[2].begins(&epoch, 1);
        if late {
            free.store(true, Ordering::Release);
            lanes[2].ends(&epoch, 2);
        } else {
            lanes[2].ends(&epoch, 2);
            free.store(true, Ordering::Release);
        }
        getter.join().expect("no panic");
        other.join().expect("no panic");
        let said = merged(&lanes[..]);
        is_a_story(&said, said.len() as Said);
    });
}

/// No address is in use twice.
pub(crate) fn blocks() {
    pass_a_block(false);
}

/// The same, where the key is taken after the memory went back.
pub(crate) fn late_blocks() {
    pass_a_block(true);
}

/// A future's frame goes from thread to thread, with records of its own in between.
pub(crate) fn frames() {
    loom::model(|| {
        let epoch = Arc::new(Epoch(AtomicU64::new(0)));
        let lanes = Arc::new([Lane::new(4), Lane::new(4)]);
        let queue = Arc::new(AtomicBool::new(false));
        let other = {
            let (epoch, lanes, queue) = (epoch.clone(), lanes.clone(), queue.clone());
            thread::spawn(move || {
                // Another block's end, which counts on whenever it comes.
                lanes[0].gate.ends(&epoch);
                lanes[0].gate.ended();
                if queue.load(Ordering::Acquire) {
                    lanes[0].begins(&epoch, 4);
                    lanes[0].own(5);
                    lanes[0].ends(&epoch, 6);
                }
            })
        };
        lanes[1].begins(&epoch, 1);
        lanes[1].own(2);
        lanes[1].ends(&epoch, 3);
        queue.store(true, Ordering::Release);
        other.join().expect("no panic");
        let said = merged(&lanes[..]);
        is_a_story(&said, said.len() as Said);
    });
}

/// A reader while threads write: what it hands on is in order, and with the rest it is all there is. What happens first
/// is in the lane that is copied first. No thread is interrupted more than three times: beyond that, there are too many
/// interleavings.
fn read_meanwhile(late: bool, first: fn(&Lane, &Epoch, Said), second: fn(&Lane, &Epoch, Said)) {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(3);
    model.check(move || {
        let epoch = Arc::new(Epoch(AtomicU64::new(0)));
        let lanes = Arc::new([Lane::new(2), Lane::new(2)]);
        let passed = Arc::new(AtomicBool::new(false));
        let before = {
            let (epoch, lanes, passed) = (epoch.clone(), lanes.clone(), passed.clone());
            thread::spawn(move || {
                first(&lanes[0], &epoch, 1);
                passed.store(true, Ordering::Release);
            })
        };
        let after = {
            let (epoch, lanes, passed) = (epoch.clone(), lanes.clone(), passed.clone());
            thread::spawn(move || {
                if passed.load(Ordering::Acquire) {
                    second(&lanes[1], &epoch, 2);
                }
            })
        };
        let mut drain = Drain::new(&lanes[..]);
        if late {
            drain.settle();
        }
        let horizon = epoch.past();
        if !late {
            drain.settle();
        }
        drain.run(horizon);
        before.join().expect("no panic");
        after.join().expect("no panic");
        drain.run(u64::MAX);
        is_a_story(&drain.said, drain.said.len() as Said);
        assert!(!drain.said.is_empty());
    });
}

/// A free, and the next block at its address.
pub(crate) fn horizon() {
    read_meanwhile(false, Lane::ends, Lane::begins);
}

/// The same, where the horizon is looked at last.
pub(crate) fn late_horizon() {
    read_meanwhile(true, Lane::ends, Lane::begins);
}

/// A block, and its free on another thread.
pub(crate) fn horizon_of_a_block() {
    read_meanwhile(false, Lane::begins, Lane::ends);
}

/// A chunk goes to the spool and is used again while it is copied: the reader sees each record once, and whole.
pub(crate) fn hand_over() {
    loom::model(|| {
        let lanes = Arc::new([Lane::new(1)]);
        let writer = {
            let lanes = lanes.clone();
            thread::spawn(move || (1..=2).for_each(|said| lanes[0].own(said)))
        };
        let mut drain = Drain::new(&lanes[..]);
        drain.run(u64::MAX);
        let seen = drain.said.len() as Said;
        is_a_story(&drain.said, seen);
        writer.join().expect("no panic");
        drain.run(u64::MAX);
        is_a_story(&drain.said, 2);
    });
}

/// The same, where the thread writes into another lane in between: what came first is seen first.
pub(crate) fn hand_over_of_another() {
    loom::model(|| {
        let lanes = Arc::new([Lane::new(1), Lane::new(1)]);
        let writer = {
            let lanes = lanes.clone();
            thread::spawn(move || [(1, 1), (0, 2), (1, 3)].map(|(lane, said)| lanes[lane].own(said)))
        };
        let mut drain = Drain::new(&lanes[..]);
        drain.run(u64::MAX);
        let has = |said| drain.said.contains(&said);
        assert!(has(1) || !has(2), "{:?}", drain.said);
        writer.join().expect("no panic");
    });
}

/// A thread ends and another one goes on in its lane: one at a time, and each sees what the one before has left.
pub(crate) fn recycling() {
    loom::model(|| {
        let lanes = Arc::new([Lane::new(3)]);
        let owned = Arc::new(UnsafeCell::new(0_u64));
        let work = |lanes: &[Lane], owned: &UnsafeCell<u64>| {
            if lanes[0].gate.claim() {
                let said = owned.with_mut(|owned| {
                    // SAFETY: whoever has claimed the lane is alone; loom fails where that is not so.
                    let owned = unsafe { &mut *owned };
                    *owned += 1;
                    *owned
                });
                lanes[0].own(said);
                lanes[0].gate.release();
            }
        };
        let threads = [(); 2].map(|()| {
            let (lanes, owned) = (lanes.clone(), owned.clone());
            thread::spawn(move || work(&lanes[..], &owned))
        });
        for thread in threads {
            thread.join().expect("no panic");
        }
        work(&lanes[..], &owned);
        let said = merged(&lanes[..]);
        assert!(said.len() >= 2, "the first and the last one had it");
        is_a_story(&said, said.len() as Said);
    });
}

/// Threads ask for the number of the same key, and of one with the same place: each key has one number, which one thread
/// is told first, and what stands beside it is there for all.
pub(crate) fn numbers() {
    loom::model(|| {
        let entry = || Entry { key: AtomicUsize::new(0), value: AtomicUsize::new(0) };
        let entries = Arc::new([entry(), entry()]);
        let described = Arc::new([(); 4].map(|()| UnsafeCell::new(0_usize)));
        let ask = |entries: &[Entry], described: &[UnsafeCell<usize>; 4], key: usize, me: usize| {
            let found = search(entries, 0, key, || {
                let own = me * 2 + key % 2;
                described[own].with_mut(|cell| {
                    // SAFETY: each thread has a cell for each key; loom fails where one is read too early.
                    unsafe { *cell = key }
                });
                own + 1
            });
            let (index, value, is_new) = found.expect("there is room");
            described[value - 1].with(|cell| {
                // SAFETY: it was written before the value was.
                assert_eq!(unsafe { *cell }, key, "what stands beside a key is the key's");
            });
            (index, is_new)
        };
        for_keys(&entries, &described, ask);
    });
}

fn for_keys(
    entries: &Arc<[Entry; 2]>,
    described: &Arc<[UnsafeCell<usize>; 4]>,
    ask: impl Fn(&[Entry], &[UnsafeCell<usize>; 4], usize, usize) -> (usize, bool) + Copy + 'static,
) {
    let other = {
        let (entries, described) = (entries.clone(), described.clone());
        thread::spawn(move || [7, 8].map(|key| ask(&entries[..], &described, key, 0)))
    };
    let here = [8, 7].map(|key| ask(&entries[..], described, key, 1));
    let there = other.join().expect("no panic");
    let [[seven, eight], [eight_here, seven_here]] = [there, here];
    assert_eq!((seven.0, eight.0), (seven_here.0, eight_here.0), "one number for a key");
    assert_ne!(seven.0, eight.0, "one key for a number");
    assert!(seven.1 != seven_here.1 && eight.1 != eight_here.1, "one is told that it is new");
}

/// Two threads take rows, and one puts the upper one back, which has another one below then: each row has one owner.
pub(crate) fn rows() {
    struct World {
        rows: Rows,
        below: [AtomicU64; 3],
        /// Whether somebody has the row: looked at by who has it, or gives it away.
        owned: [UnsafeCell<bool>; 3],
    }
    fn push(world: &World, row: u32) {
        // SAFETY: loom looks whether it is the only one.
        world.owned[row as usize].with_mut(|owned| unsafe { *owned = false });
        world.rows.push(row, |below| world.below[row as usize].store(below.into(), Ordering::Relaxed));
    }
    fn pop(world: &World) -> Option<u32> {
        let below = |row| u32::try_from(world.below[row as usize].load(Ordering::Relaxed)).expect("a row");
        let row = world.rows.pop(below)?;
        // SAFETY: loom looks whether it is the only one.
        let owned = world.owned[row as usize].with_mut(|owned| unsafe { owned.replace(true) });
        assert!(!owned, "nobody else has it");
        Some(row)
    }
    loom::model(|| {
        let world = Arc::new(World {
            rows: Rows(AtomicU64::new(0)),
            below: std::array::from_fn(|_| AtomicU64::new(0)),
            owned: std::array::from_fn(|_| UnsafeCell::new(false)),
        });
        push(&world, 2);
        push(&world, 1);
        let other = {
            let world = world.clone();
            thread::spawn(move || {
                pop(&world);
                pop(&world);
            })
        };
        let first = pop(&world);
        pop(&world);
        if let Some(first) = first {
            push(&world, first);
        }
        other.join().expect("no panic");
    });
}
