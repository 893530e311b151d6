//! What is counted on one thread.

use std::hint::black_box;

use trace_memory::{measure, trace_memory};

use crate::failure;
use crate::heap::{Truth, now, start_log};

/// A generator of numbers that look random (xorshift, Marsaglia 2003).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end as u64).expect("small")
    }
}

/// Work of all kinds on blocks that are there, and on new ones, with measurements inside of it.
fn work(numbers: &mut Numbers, blocks: &mut Vec<Vec<u8>>, depth: usize) {
    for _ in 0..numbers.below(60) {
        let bytes = 1 + numbers.below(5000);
        let place = numbers.below(blocks.len());
        match numbers.below(8) {
            0 => blocks[place] = Vec::with_capacity(bytes),
            1 => blocks[place] = vec![0; bytes],
            2 => blocks[place] = Vec::new(),
            3 => blocks[place].reserve_exact(bytes),
            4 => blocks[place].shrink_to(bytes),
            5 => drop(black_box(Box::new([1_u8; 40]))),
            6 => blocks.push(Vec::new()),
            _ if depth < 4 => checked(numbers, blocks, depth + 1),
            _ => std::mem::forget(black_box(Box::new(7_u16))),
        }
    }
}

fn checked(numbers: &mut Numbers, blocks: &mut Vec<Vec<u8>>, depth: usize) {
    let report = measure(|| {
        let start = now();
        work(numbers, blocks, depth);
        (start, now())
    });
    let (start, end) = *report.value();
    // Inside, the tracer makes and drops what the inner measurements need: that is in the log, and in no count.
    if depth == 4 {
        assert_eq!(Truth::of(&report), Truth::between(start, end));
    }
}

#[test]
fn counts_are_those_of_the_allocator() {
    let threads: Vec<_> = (1..=4_u64)
        .map(|seed| {
            std::thread::spawn(move || {
                start_log();
                let mut numbers = Numbers(seed * 0x9e37_79b9);
                for _ in 0..200 {
                    let mut blocks = vec![Vec::new(); 8];
                    let depth = 4;
                    checked(&mut numbers, &mut blocks, depth);
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().expect("the counts are right");
    }
}

#[test]
fn what_is_inside_is_in_both() {
    let outer = measure(|| {
        let before = black_box(vec![1_u8; 10]);
        let inner = measure(|| black_box(vec![1_u8; 100]));
        inner.assert_allocs(1).assert_bytes(100);
        drop(before);
        drop(inner.into_value());
    });
    outer.assert_allocs(2).assert_bytes(110..=110).assert_peak(110..=110).assert_no_leaks();
    assert_eq!((outer.frees(), outer.freed_bytes()), (2, 110));
}

#[test]
fn a_nest_of_measurements_is_counted_on_each_floor() {
    fn nest(depth: u64) -> u64 {
        let report = measure(|| {
            drop(black_box(Box::new(depth)));
            if depth > 0 { nest(depth - 1) + 1 } else { 1 }
        });
        report.assert_allocs(*report.value()).assert_bytes(8 * *report.value()).assert_no_leaks();
        report.into_value()
    }
    assert_eq!(nest(50), 51);
}

#[test]
fn a_panic_ends_the_measurement() {
    let outer = measure(|| {
        let told = failure(|| {
            let _ = measure(|| {
                let _block = black_box(Box::new(1));
                std::panic::resume_unwind(Box::new("enough"));
            });
        });
        assert_eq!(told.as_deref(), Some("enough"));
        measure(|| drop(black_box(Box::new(2_u64)))).assert_allocs(1);
    });
    assert!(outer.allocs() >= 2);
    measure(|| ()).assert_stack_only();
}

#[test]
fn what_was_there_before_is_freed_and_not_left() {
    let (old, mut grown) = (vec![1_u8; 64], Vec::<u8>::with_capacity(16));
    let report = measure(|| {
        drop(old);
        grown.reserve_exact(100);
    });
    report.assert_allocs(1).assert_bytes(84..=84).assert_peak(..=36).assert_no_leaks();
    assert_eq!((report.reallocs(), report.frees(), report.freed_bytes()), (1, 1, 64));
}

#[test]
fn a_block_that_fails_is_none() {
    let report = measure(|| {
        let mut list = Vec::<u8>::new();
        assert!(list.try_reserve_exact(isize::MAX as usize).is_err());
        list.reserve_exact(10);
        assert!(list.try_reserve_exact(isize::MAX as usize).is_err());
    });
    report.assert_allocs(1).assert_bytes(10).assert_no_leaks();
}

/// Says on a list of its own when it is dropped.
struct Loud(&'static str);

thread_local! {
    static SAID: std::cell::RefCell<Vec<&'static str>> = const { std::cell::RefCell::new(Vec::new()) };
}

impl Drop for Loud {
    fn drop(&mut self) {
        SAID.with(|said| said.borrow_mut().push(self.0));
    }
}

fn loud(name: &'static str) -> Loud {
    Loud(name)
}

#[trace_memory]
fn drops(early: bool) -> Option<Loud> {
    let a = loud("a");
    let b = loud("b");
    let mut c = loud("c");
    {
        let _inner = loud("_inner");
    }
    if early {
        return Some(b);
    }
    c = loud("c");
    taken(a);
    None.or(Some(c))
}

#[trace_memory]
fn taken(given: Loud) {
    let _ = &given;
}

#[test]
fn drops_are_those_of_the_program() {
    for early in [false, true] {
        let report = measure(|| drops(early));
        let said = SAID.with(std::cell::RefCell::take);
        // The parameter has another name than what went into it.
        let named: Vec<_> =
            said.iter().map(|name| if *name == "a" && !early { "given" } else { name }).collect();
        assert!(named.len() >= 3, "{named:?}");
        assert_eq!(report.drops(), named);
        report.assert_drop_order(&named);
        drop(report);
        SAID.take();
    }
}

#[test]
fn another_order_is_told() {
    let report = measure(|| drop(drops(true)));
    let told = failure(|| _ = report.assert_drop_order(["a", "b"])).expect("the order is another");
    let told = told.rsplit_once("   = note: asserted at ").expect("the place").0;
    let expected = "error: the measured code dropped other locals than expected, or in another order\n   \
         = expected: `a`, `b`\n   =  dropped: `_inner`, `c`, `a`\n   \
         = note: the locals of traced functions that need dropping, on the thread that measures\n";
    assert_eq!(told, expected);
}

#[test]
fn nothing_is_counted_twice_inside_of_a_traced_function() {
    #[trace_memory]
    fn around() -> u64 {
        let list = black_box(vec![1_u8; 50]);
        let report = measure(|| {
            let copy = list.clone();
            copy.len()
        });
        report.assert_bytes(50..=50).assert_drop_order(["copy"]);
        report.allocs()
    }
    let report = measure(around);
    assert_eq!(*report.value(), 1);
    // The lists of the test are the program's own: `drops` and the list of expected names.
    assert!(report.bytes() >= 100);
}
