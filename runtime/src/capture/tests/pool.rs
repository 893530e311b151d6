//! Places outside of futures.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::mpsc::sync_channel;

use crate::capture::pool::{Number, Pool, Spare};

/// What is put at a time.
const MANY: usize = 1000;

#[test]
fn a_place_holds_what_was_put_there() {
    static POOL: Pool<String> = Pool::new();
    let spare = Cell::new(Spare::NONE);
    for _ in 0..3 {
        let numbers: Vec<Number> =
            (0..MANY).map(|n| POOL.put(&spare, n.to_string()).expect("room")).collect();
        let different: BTreeSet<String> = numbers.iter().map(|number| format!("{number:?}")).collect();
        assert_eq!(different.len(), MANY);
        for (n, number) in numbers.into_iter().enumerate() {
            // SAFETY: the number is from `put`, and goes with this.
            assert_eq!(unsafe { POOL.get(number) }, &n.to_string());
            // SAFETY: the same.
            assert_eq!(unsafe { POOL.remove(number) }, n.to_string());
            POOL.give(&spare, number);
        }
    }
}

/// One thread puts, another one takes away: places go round.
#[test]
fn places_go_back_to_who_needs_them() {
    static POOL: Pool<usize> = Pool::new();
    let (give, take) = sync_channel::<Number>(10);
    std::thread::scope(move |scope| {
        scope.spawn(move || {
            let spare = Cell::new(Spare::NONE);
            for (n, number) in take.into_iter().enumerate() {
                // SAFETY: the number is from `put`, and came with what it stands for.
                assert_eq!(unsafe { POOL.remove(number) }, n);
                POOL.give(&spare, number);
            }
            POOL.leave(&spare);
        });
        let spare = Cell::new(Spare::NONE);
        for n in 0..100 * MANY {
            give.send(POOL.put(&spare, n).expect("room")).expect("the other thread is there");
        }
        drop(give);
        POOL.leave(&spare);
    });
    assert!(POOL.used() < MANY, "{} places were used", POOL.used());
}
