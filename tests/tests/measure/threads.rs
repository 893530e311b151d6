//! Whose work is counted.

use std::hint::black_box;
use std::sync::mpsc::channel;
use std::thread;

use trace_memory::{Measurement, measure};

use crate::failure;

#[test]
fn a_thread_of_its_own_is_not_counted() {
    let report = measure(|| {
        thread::scope(|scope| scope.spawn(|| drop(black_box(vec![1_u8; 1 << 20]))).join())
            .expect("it does not panic");
    });
    report.assert_bytes("64 KiB");
}

#[test]
fn a_thread_that_is_told_is_counted() {
    let report = measure(|| {
        let measurement = Measurement::current();
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| measurement.include(|| drop(black_box(vec![1_u8; 1 << 20]))));
            }
        });
    });
    report.assert_bytes(4 << 20..5 << 20).assert_peak(1 << 20..5 << 20);
    let own = measure(|| black_box(vec![1_u8; 10]));
    own.assert_bytes(10);
}

#[test]
fn what_is_alive_at_once_on_two_threads_adds_up() {
    let report = measure(|| {
        let own = black_box(vec![1_u8; 1 << 20]);
        let measurement = Measurement::current();
        thread::scope(|scope| {
            scope.spawn(|| measurement.include(|| drop(black_box(vec![1_u8; 1 << 20]))));
        });
        drop(own);
        drop(black_box(vec![1_u8; 1 << 20]));
    });
    report.assert_peak(2 << 20..(2 << 20) + 65_536).assert_bytes(3 << 20..);
}

#[test]
fn a_measurement_inside_of_a_told_thread_is_in_both() {
    let outer = measure(|| {
        let measurement = Measurement::current();
        thread::scope(|scope| {
            scope.spawn(|| {
                let inner = measure(|| measurement.include(|| drop(black_box(vec![1_u8; 1 << 20]))));
                inner.assert_bytes(1 << 20..=1 << 20).assert_allocs(1);
                measurement
                    .include(|| measure(|| drop(black_box(vec![1_u8; 1 << 20]))).assert_allocs(1).allocs());
            });
        });
    });
    outer.assert_bytes(2 << 20..3 << 20);
}

#[test]
fn telling_the_same_thread_changes_nothing() {
    let report = measure(|| Measurement::current().include(|| black_box(vec![1_u8; 10])));
    report.assert_allocs(1).assert_bytes(10);
    assert_eq!(report.leaks(), 1);
    let none = Measurement::current();
    assert_eq!(none.include(|| 7), 7);
}

#[test]
fn what_another_thread_frees_is_not_left() {
    let (to, from) = channel::<Vec<u8>>();
    let (done, is_done) = channel::<()>();
    let other = thread::spawn(move || {
        for block in from {
            drop(block);
            done.send(()).expect("the test waits");
        }
    });
    // The channel's own blocks are there by now.
    to.send(vec![0]).expect("it is received");
    is_done.recv().expect("it is freed");
    let report = measure(|| {
        for _ in 0..10 {
            let block = black_box(vec![1_u8; 1000]);
            to.send(block).expect("it is received");
            is_done.recv().expect("it is freed");
        }
    });
    report.assert_allocs(10..).assert_no_leaks();
    drop(to);
    other.join().expect("it ends");
}

#[test]
fn a_thread_that_is_still_at_work_is_told() {
    let (go, may_go) = channel::<()>();
    let (started, is_started) = channel::<()>();
    let report = measure(|| {
        let measurement = Measurement::current();
        let worker = thread::spawn(move || {
            measurement.include(|| {
                started.send(()).expect("the test waits");
                may_go.recv().expect("the test goes on");
                drop(black_box(vec![1_u8; 100]));
            });
        });
        is_started.recv().expect("it starts");
        worker
    });
    let told = failure(|| _ = report.assert_bytes("1 GiB")).expect("it is not known");
    let headline = "error: the budget of the measured code cannot be checked: 1 thread still worked for it at its end; \
         join them before\n";
    assert!(told.starts_with(headline), "{told}");
    go.send(()).expect("it waits");
    report.into_value().join().expect("it ends");
}

#[test]
fn tests_that_run_beside_do_not_meet() {
    thread::scope(|scope| {
        for count in 1..=8_u64 {
            scope.spawn(move || {
                for _ in 0..100 {
                    let report = measure(|| (0..count).for_each(|number| drop(black_box(Box::new(number)))));
                    report.assert_allocs(count).assert_bytes(8 * count).assert_no_leaks();
                }
            });
        }
    });
}
