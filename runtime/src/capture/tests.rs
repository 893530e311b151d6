//! The whole capture half, in one process with one trace: the records that a program leads to.

mod future;
mod pool;

use std::collections::HashMap;
use std::fmt::Debug;
use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::private::{self as p, Function, Guard};
use crate::record::{Doubt, Fact, How, Reason, Record};

use super::drain::Drain;
use super::thread::cold;
use super::{Phase, claim_start, phase, set_phase, spool, sys};

#[global_allocator]
static ALLOC: crate::Alloc = crate::Alloc::system();

static FUNCTION: Function = Function {
    name: None,
    kind: p::BodyKind::Function,
    within: "",
    closures: 1,
    file: file!(),
    line: 1,
    places: "l 1 s\np 2 t\ns 3 5\ns 4 5\nm 3 Call\nm 4 Return",
};

/// The trace of this process: one drain, tests take turns.
static DRAIN: Mutex<Option<Drain>> = Mutex::new(None);

fn trace() -> MutexGuard<'static, Option<Drain>> {
    let mut drain = DRAIN.lock().unwrap_or_else(PoisonError::into_inner);
    if claim_start() {
        sys::start_clock();
        assert!(super::allocator_installed());
        spool::open(u64::MAX).expect("a temporary file");
        assert!(super::describe::open());
        sys::stop_in_children();
        set_phase(Phase::Recording);
        *drain = Some(Drain::default());
    }
    drain
}

/// What `work` records, on a thread of its own.
fn facts(work: impl FnOnce() + Send) -> Vec<Fact> {
    let mut drain = trace();
    let drain = drain.as_mut().expect("the drain");
    let _ = records(drain);
    std::thread::scope(|scope| {
        scope.spawn(work).join().expect("the traced work");
    });
    let records = records(drain);
    let is_thread = |record: &&Record| matches!(record.fact, Fact::Thread { .. });
    let thread = records.iter().find(is_thread).expect("a thread").thread;
    records.into_iter().filter(|record| record.thread == thread).map(|record| record.fact).collect()
}

fn records(drain: &mut Drain) -> Vec<Record> {
    let mut records = Vec::new();
    cold(|| {
        drain.run(false, &mut |record| records.push(record));
        records.retain(|record| !matches!(record.fact, Fact::Free { frame: 0, .. }));
    });
    records
}

fn enter() -> p::Frame {
    p::enter(|| &FUNCTION)
}

/// One letter for each fact, in order; heap events of no frame left out.
fn letters(facts: &[Fact]) -> String {
    let letter = |fact: &Fact| match fact {
        Fact::Thread { .. } => 'T',
        Fact::Enter { .. } => '(',
        Fact::Exit { how, .. } => {
            if *how == How::Unwind {
                '!'
            } else {
                ')'
            }
        }
        Fact::Bind { .. } => 'b',
        Fact::Scan { .. } => 's',
        Fact::Move { partial: true, .. } => 'p',
        Fact::Move { certain: false, .. } => 'q',
        Fact::Move { .. } => 'm',
        Fact::Drop { .. } => 'd',
        Fact::DropUnnamed { .. } => 't',
        Fact::Dropped { .. } => '.',
        Fact::Suspend { .. } => '-',
        Fact::Resume { .. } => '+',
        Fact::Alloc { .. } => 'A',
        Fact::Free { .. } => 'F',
        Fact::Reallocating { .. } => 'R',
        Fact::Reallocated { .. } => 'r',
        Fact::ReallocFailed => 'x',
        Fact::Violation { .. } => 'v',
        Fact::ThreadEnd => 'E',
    };
    facts.iter().map(letter).collect()
}

#[test]
fn a_local_is_bound_and_dropped() {
    let facts = facts(|| {
        let _frame = enter();
        p::at(0);
        let s = black_box(String::from("hello"));
        let _guard = p::bind(&s, 0);
        p::at(1);
    });
    assert_eq!(letters(&facts), "T(AbsdF.)E");
    let Fact::Enter { frame, parent: 0, path, function, .. } = &facts[1] else { panic!("{facts:?}") };
    assert!(path.ends_with("capture::tests::enter"), "{path}");
    assert_eq!(**function, FUNCTION);
    let Fact::Alloc { frame: inside, statement: 0, addr, bytes: 5, align: 1 } = &facts[2] else { panic!() };
    assert_eq!(frame, inside);
    let Fact::Bind { slot: 0, local: 0, ty, addr: slot, words, value: None, .. } = &facts[3] else {
        panic!()
    };
    assert_eq!((ty.name(), ty.bytes, ty.needs_drop), ("alloc::string::String", 24, true));
    assert!(words.iter().any(|word| word.value == *addr) && words.len() == 1, "{words:?}");
    let Fact::Thread { stack, .. } = &facts[0] else { panic!() };
    assert!(stack.contains(slot));
}

#[test]
fn moves_and_doubts() {
    let facts = facts(|| {
        let _frame = enter();
        let values = black_box([const { String::new() }; 7]);
        let guards = values.each_ref().map(|value| p::bind(value, 0));
        let [whole, unmoved, part, rest, none, perhaps, dropped] = &guards;
        whole.moved(0);
        whole.moved(1);
        unmoved.moved_if(false, 0);
        part.moved_part(true, 0);
        rest.moved_rest(true, true, 0);
        none.moved_rest(true, false, 0);
        perhaps.maybe_moved(1);
        dropped.dropped(true, 0);
        p::at(1);
        p::bind(&1_u64, 1).moved(0);
    });
    assert_eq!(letters(&facts), "T(bbbbbbb sm sp sp sm sq sd. b sd.sd.sd.sd.)E".replace(' ', ""));
    let drops: Vec<_> = facts
        .iter()
        .filter_map(|fact| match fact {
            Fact::Drop { slot, reason, partial, doubt, .. } => Some((*slot, *reason, *partial, *doubt)),
            _ => None,
        })
        .collect();
    let expected = [
        (6, Reason::Explicit, false, None),
        (1, Reason::ScopeEnd, false, None),
        (2, Reason::ScopeEnd, true, Some(Doubt::Rest)),
        (3, Reason::ScopeEnd, true, None),
        (5, Reason::ScopeEnd, false, Some(Doubt::MaybeMoved)),
    ];
    assert_eq!(drops, expected);
}

#[test]
fn assignment_keeps_the_slot() {
    let facts = facts(|| {
        let _frame = enter();
        let guard = p::declare(0);
        let mut s = String::from("a");
        guard.assigned(&s);
        guard.replaced();
        s = String::from("b");
        guard.assigned(&s);
        guard.changed();
        drop(guard);
        black_box(&s);
    });
    let facts: Vec<_> =
        facts.into_iter().filter(|fact| !matches!(fact, Fact::Alloc { .. } | Fact::Free { .. })).collect();
    assert_eq!(letters(&facts), "T(bsd.bssd.)E");
    let slots = facts.iter().filter_map(|fact| match fact {
        Fact::Bind { slot, .. } => Some(*slot),
        _ => None,
    });
    assert_eq!(slots.collect::<Vec<_>>(), [0, 0]);
}

#[test]
fn recursion_and_scopes() {
    fn down(depth: u32) {
        let _frame = enter();
        p::at(0);
        if depth > 0 {
            let _scope = p::scope();
            p::at(1);
            down(depth - 1);
        }
        drop(black_box(Box::new(depth)));
    }
    let facts = facts(|| down(3));
    assert_eq!(letters(&facts), "T((((AF)AF)AF)AF)E");
    let mut open = Vec::new();
    for fact in &facts {
        match fact {
            Fact::Enter { frame, parent, .. } => {
                assert_eq!(open.last().copied().unwrap_or(0), *parent);
                open.push(*frame);
            }
            Fact::Alloc { frame, statement, .. } => assert_eq!((open.last(), *statement), (Some(frame), 0)),
            Fact::Exit { frame, .. } => assert_eq!(open.pop(), Some(*frame)),
            _ => {}
        }
    }
}

#[test]
fn reallocation_keeps_its_two_halves_together() {
    let facts = facts(|| {
        let _frame = enter();
        let mut v = black_box(Vec::<u8>::with_capacity(8));
        v.reserve_exact(black_box(1 << 16));
        black_box(&v);
    });
    assert_eq!(letters(&facts), "T(ARrF)E");
    let Fact::Reallocating { bytes: 8, addr, .. } = &facts[3] else { panic!("{facts:?}") };
    let Fact::Alloc { addr: before, .. } = &facts[2] else { panic!("{facts:?}") };
    assert_eq!(addr, before);
    assert!(matches!(facts[4], Fact::Reallocated { bytes: 65536, .. }));
}

#[test]
fn unwinding_is_seen_and_healed() {
    let facts = facts(|| {
        let _outer = enter();
        let result = catch_unwind(|| {
            let _inner = enter();
            let _guard = p::bind(&Box::new(1), 0);
            std::mem::forget(enter());
            std::panic::resume_unwind(Box::new(()));
        });
        assert!(result.is_err());
        p::at(1);
        drop(black_box(Box::new(2)));
    });
    let exits: Vec<_> = facts
        .iter()
        .filter_map(|fact| match fact {
            Fact::Exit { how, .. } => Some(*how == How::Unwind),
            _ => None,
        })
        .collect();
    assert_eq!(exits, [true, false]);
    let outer = facts.iter().find_map(|fact| match fact {
        Fact::Enter { frame, parent: 0, .. } => Some(*frame),
        _ => None,
    });
    let last = facts.iter().rev().find_map(|fact| match fact {
        Fact::Alloc { frame, .. } => Some(*frame),
        _ => None,
    });
    assert_eq!(last, outer);
}

struct Loud(&'static str);

impl Debug for Loud {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let _frame = enter();
        drop(black_box(vec![1, 2, 3]));
        if self.0.is_empty() {
            std::panic::resume_unwind(Box::new(()));
        }
        f.write_str(self.0)
    }
}

#[test]
#[expect(clippy::needless_borrow, reason = "the expansion cannot know which level answers")]
fn a_value_is_shown_and_its_own_code_is_not_traced() {
    let facts = facts(|| {
        use p::{ViaDebug as _, ViaNothing as _};
        struct Mute;
        let _frame = enter();
        let (short, broken, mute) = (Loud("x"), Loud(""), Mute);
        let _g: Guard = p::bind_value(&short, 0, (&&p::Value(&short)).text());
        p::show_value(&broken, 0, (&&p::Value(&broken)).text());
        p::show_value(&mute, 0, (&&p::Value(&mute)).text());
        p::show_value(&"é".repeat(200), 0, Some(&Loud(Box::leak("é".repeat(200).into_boxed_str()))));
    });
    let values = facts.iter().filter_map(|fact| match fact {
        Fact::Bind { value, .. } => Some(value.clone()),
        _ => None,
    });
    let values: Vec<_> = values.collect();
    assert_eq!(values[..3], [Some("x".into()), None, None]);
    assert_eq!(values[3], Some("é".repeat(126) + "…"));
    assert_eq!(letters(&facts).matches('(').count(), 1);
    assert!(!facts.iter().any(|fact| matches!(fact, Fact::Alloc { bytes: 12, .. })));
}

#[test]
fn probes_and_names() {
    fn moves<F>(_: p::Probe<F>, _: &F) -> bool {
        p::probe::<F>().moves()
    }
    let s = String::new();
    assert!(moves(p::probe(), &move || s.len()));
    assert!(!moves(p::probe(), &|| ()));
    assert!(p::is_drop(&drop::<String>) && !p::is_drop(&std::mem::forget::<String>));
    assert_eq!(p::after(1, ()), 1);
    let send = |_: &(dyn Send + Sync)| ();
    send(&p::declare(0));
    let guard = p::declare(0);
    let _ = catch_unwind(|| guard.moved(0));
}

#[test]
fn a_block_freed_by_another_thread_is_freed() {
    let mut drain = trace();
    let drain = drain.as_mut().expect("the drain");
    let mut addr = 0;
    cold(|| drain.run(false, &mut |_| ()));
    let block = std::thread::scope(|scope| {
        let made = scope.spawn(|| {
            let _frame = enter();
            black_box(Box::new([0_u8; 77]))
        });
        made.join().expect("a block")
    });
    addr += block.as_ptr().addr();
    std::thread::scope(|scope| {
        scope.spawn(move || drop(black_box(block)));
    });
    let mut ends = Vec::new();
    cold(|| {
        drain.run(false, &mut |record| match record.fact {
            Fact::Alloc { bytes: 77, addr: at, .. } if at == addr => ends.push((record.thread, true)),
            Fact::Free { bytes: 77, addr: at, frame: 0, .. } if at == addr => {
                ends.push((record.thread, false));
            }
            _ => {}
        });
    });
    assert!(matches!(ends[..], [(a, true), (b, false)] if a != b), "{ends:?}");
}

/// Four threads hand blocks around while a fifth drains: nothing is lost, nothing is out of order, and
/// no address is given out twice.
#[test]
fn many_threads_one_order() {
    const THREADS: usize = 4;
    let pairs: usize = if cfg!(miri) { 100 } else { 50_000 };
    let mut drain = trace();
    let drain = drain.as_mut().expect("the drain");
    cold(|| drain.run(false, &mut |_| ()));
    let before = drain.missing();
    let mut replay = Replay::default();
    std::thread::scope(|scope| {
        let (give, take) = std::sync::mpsc::sync_channel::<Box<[u64; 3]>>(64);
        let take = std::sync::Arc::new(Mutex::new(take));
        for _ in 0..THREADS / 2 {
            let (give, take) = (give.clone(), take.clone());
            scope.spawn(move || {
                let _frame = enter();
                (0..pairs).for_each(|n| {
                    give.send(black_box(Box::new([n as u64; 3]))).expect("a taker");
                });
            });
            scope.spawn(move || {
                let _frame = enter();
                (0..pairs).for_each(|_| drop(take.lock().expect("the taker's turn").recv()));
            });
        }
        for _ in 0..20 {
            std::thread::sleep(Duration::from_millis(5));
            cold(|| drain.run(false, &mut |record| replay.add(&record)));
        }
    });
    cold(|| drain.run(true, &mut |record| replay.add(&record)));
    assert_eq!(phase(), Phase::Recording);
    assert_eq!(drain.missing() - before, 0);
    assert_eq!(replay.contradictions, 0);
    assert!(replay.allocs >= pairs * THREADS / 2 && replay.records > replay.allocs * 2);
}

#[derive(Default)]
struct Replay {
    last: u64,
    records: usize,
    allocs: usize,
    contradictions: usize,
    live: HashMap<usize, usize>,
    times: HashMap<u32, u64>,
}

impl Replay {
    fn add(&mut self, record: &Record) {
        self.records += 1;
        assert!(self.last == 0 || record.seq == self.last + 1);
        self.last = record.seq;
        let time = self.times.insert(record.thread, record.at_ns);
        assert!(time.is_none_or(|time| time <= record.at_ns));
        match record.fact {
            Fact::Alloc { addr, bytes, .. } => {
                self.allocs += 1;
                self.contradictions += usize::from(self.live.insert(addr, bytes).is_some());
            }
            Fact::Free { addr, .. } | Fact::Reallocating { addr, .. } => {
                self.live.remove(&addr);
            }
            _ => {}
        }
    }
}

/// Threads that come and go use the same lanes.
#[test]
fn lanes_are_recycled() {
    let threads = if cfg!(miri) { 10 } else { 2_000 };
    let _drain = trace();
    let lanes = || super::lane::all().count();
    let before = lanes();
    for _ in 0..threads {
        let join = |work: fn()| std::thread::spawn(work).join().expect("a thread");
        join(|| drop(enter()));
        join(|| drop(black_box(Box::new(1))));
    }
    assert!(lanes() <= before + 8, "{} lanes after {before}", lanes());
}

#[test]
fn no_panic_in_a_closure_that_cannot_unwind() {
    let facts = facts(|| {
        let _frame = enter();
        let mut count = 0;
        let result = catch_unwind(AssertUnwindSafe(|| count += 1));
        assert!(result.is_ok() && count == 1);
    });
    assert_eq!(letters(&facts), "T()E");
}
