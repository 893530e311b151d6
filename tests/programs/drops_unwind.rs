//! Panics, at all kinds of places.
#![allow(
    clippy::all,
    clippy::pedantic,
    clippy::print_stdout,
    dropping_references,
    unused,
    unused_qualifications,
    reason = "odd code is what is tested"
)]

#[macro_use]
mod drops_support;

use std::panic::{self, AssertUnwindSafe};

use drops_support::{Noisy, eat, eat_two, fail, look, no, noisy, pair, pass, swallow, yes};
use trace_memory::trace_memory;

#[trace_memory]
fn between() {
    let a = noisy("a");
    let b = noisy("b");
    if yes() {
        fail::<()>();
    }
    println!("{}", a.look() && b.look());
}

#[trace_memory]
fn after_moves() {
    let a = noisy("_tmp");
    let b = noisy("b");
    eat(a);
    let c = noisy("c");
    let d: u8 = fail();
    println!("{d} {}", b.look() && c.look());
}

#[trace_memory]
fn in_arguments() {
    let a = noisy("_tmp");
    let b = noisy("b");
    eat_two(a, fail());
    println!("{}", b.look());
}

#[trace_memory]
fn in_first_argument() {
    let a = noisy("a");
    eat_two(fail(), a);
}

#[trace_memory]
fn in_method_arguments() {
    let a = noisy("_tmp");
    let b = noisy("b");
    b.look();
    a.eat_with(fail());
}

#[trace_memory]
fn in_borrowing_method_arguments() {
    let a = noisy("a");
    let b = noisy("b");
    a.take_in(fail());
    println!("{}", b.look());
}

#[trace_memory]
fn in_fields() {
    let a = noisy("_tmp");
    let whole = drops_support::Pair { left: a, right: fail() };
    look(&whole);
}

#[trace_memory]
fn in_array() {
    let a = noisy("_tmp");
    let b = noisy("b");
    let whole = [a, fail(), b];
    look(&whole);
}

#[trace_memory]
fn in_initialiser() {
    let a = noisy("a");
    let b: Noisy = fail();
    println!("{}", a.look() && b.look());
}

#[trace_memory]
fn in_scrutinee() {
    let a = noisy("a");
    match fail::<Option<Noisy>>() {
        Some(value) => eat_two(value, a),
        None => {}
    }
}

#[trace_memory]
fn in_arm() {
    let maybe = Some(noisy("value"));
    let other = noisy("other");
    match maybe {
        Some(value) => {
            let local = noisy("local");
            fail::<()>();
            println!("{}", value.look() && local.look());
        }
        None => {}
    }
    println!("{}", other.look());
}

#[trace_memory]
fn in_guard() {
    let maybe = Some(noisy("maybe"));
    match maybe {
        Some(value) if value.look() && fail() => eat(value),
        _ => {}
    }
}

#[trace_memory]
fn in_condition() {
    let a = noisy("a");
    if a.look() && fail() {
        eat(a);
    }
}

#[trace_memory]
fn in_loop() {
    let a = noisy("a");
    for n in 0..3 {
        let b = noisy("b");
        if n == 1 {
            fail::<()>();
        }
        println!("{}", b.look());
    }
    println!("{}", a.look());
}

#[trace_memory]
fn in_assignment() {
    let mut a = noisy("a");
    println!("{}", a.look());
    a = fail();
    println!("{}", a.look());
}

#[trace_memory]
fn in_closure() {
    let a = noisy("a");
    let closure = |b: Noisy| {
        let c = noisy("c");
        fail::<()>();
        println!("{}", b.look() && c.look());
    };
    closure(noisy("b"));
    println!("{}", a.look());
}

#[trace_memory]
fn in_callee() {
    #[trace_memory]
    fn callee(a: Noisy, _b: Noisy) -> bool {
        let local = noisy("local");
        fail::<()>();
        a.look() && local.look()
    }
    let a = noisy("_tmp");
    a.is("a");
    let mine = noisy("mine");
    println!("{}", callee(a, noisy("_b")));
    println!("{}", mine.look());
}

#[trace_memory]
fn in_receiver() {
    struct Owner(Noisy);
    impl Owner {
        #[trace_memory]
        fn run(self, a: Noisy) {
            let local = noisy("local");
            fail::<()>();
            println!("{}", local.look() && a.look() && self.0.look());
        }
    }
    Owner(noisy("self")).run(noisy("a"));
}

#[trace_memory]
fn in_deferred() {
    let a;
    let b: Noisy;
    a = noisy("a");
    if yes() {
        fail::<()>();
    }
    b = noisy("b");
    println!("{}", a.look() && b.look());
}

#[trace_memory]
fn in_tail() -> bool {
    let a = noisy("a");
    a.look() && fail()
}

#[trace_memory]
fn in_unwrap() {
    panic::set_hook(Box::new(|_| ()));
    let a = noisy("a");
    let value: Noisy = pass(None).unwrap();
    println!("{}", a.look() && value.look());
}

#[trace_memory]
fn in_assert() {
    panic::set_hook(Box::new(|_| ()));
    let a = noisy("a");
    assert!(!a.look(), "{}", a.look());
}

#[trace_memory]
fn in_macro() {
    panic::set_hook(Box::new(|_| ()));
    let a = noisy("a");
    let b = noisy("_tmp");
    if swallow(b) {
        panic!("{}", a.look());
    }
    println!("{}", a.look());
}

#[trace_memory]
fn in_vec() {
    let a = noisy("_tmp");
    let b = noisy("b");
    let list = vec![a, fail()];
    look(&list);
    println!("{}", b.look());
}

#[trace_memory]
fn caught() {
    let a = noisy("a");
    let quiet = panic::catch_unwind(AssertUnwindSafe(|| {
        let b = noisy("b");
        fail::<()>();
        b.look()
    }));
    println!("{} {}", quiet.is_err(), a.look());
    let c = noisy("c");
    println!("{}", c.look());
}

#[trace_memory]
fn caught_with_moves() {
    let a = noisy("_tmp");
    let quiet = panic::catch_unwind(AssertUnwindSafe(move || {
        let b = noisy("b");
        fail::<()>();
        b.look() && a.look()
    }));
    println!("{}", quiet.is_err());
}

struct Fragile(Noisy);

impl Drop for Fragile {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            fail::<()>();
        }
    }
}

#[trace_memory]
fn in_destructor() {
    let a = noisy("a");
    let fragile = Fragile(noisy("fragile"));
    let b = noisy("b");
    println!("{}", a.look() && b.look() && fragile.0.look());
}

#[trace_memory]
fn in_destructor_of_parameter() {
    #[trace_memory]
    fn callee(a: Noisy, fragile: Fragile, b: Noisy) {
        println!("{}", a.look() && b.look() && fragile.0.look());
    }
    callee(noisy("a"), Fragile(noisy("fragile")), noisy("b"));
}

#[trace_memory]
fn in_destructor_by_drop() {
    let a = noisy("a");
    let fragile = Fragile(noisy("fragile"));
    let b = noisy("b");
    drop(fragile);
    println!("{}", a.look() && b.look());
}

struct Traced(Noisy);

impl Drop for Traced {
    #[trace_memory]
    fn drop(&mut self) {
        let local = noisy("local");
        println!("{}", local.look() && self.0.look());
    }
}

#[trace_memory]
fn traced_destructor() {
    let a = noisy("a");
    let quiet = Traced(noisy("_tmp"));
    println!("{}", a.look() && quiet.0.look());
    if no() {
        return;
    }
    fail::<()>();
}

#[trace_memory]
fn partly_moved() {
    let whole = pair("left", "whole.right");
    let drops_support::Pair { left, right: _ } = whole;
    fail::<()>();
    println!("{}", left.look());
}

programs! {
    between after_moves in_arguments in_first_argument in_method_arguments
    in_borrowing_method_arguments in_fields in_array in_initialiser in_scrutinee in_arm in_guard
    in_condition in_loop in_assignment in_closure in_callee in_receiver in_deferred in_tail in_unwrap
    in_assert in_macro in_vec caught caught_with_moves in_destructor in_destructor_of_parameter
    in_destructor_by_drop traced_destructor partly_moved
}
