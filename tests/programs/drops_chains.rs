//! Chains of `let` in conditions: edition 2024 only.
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

use drops_support::{Noisy, Pair, eat, look, no, noisy, pair, pass, swallow, yes};
use trace_memory::trace_memory;

#[trace_memory]
fn two() {
    let first = Some(noisy("a"));
    let second = Some(noisy("b"));
    if let Some(a) = first
        && let Some(b) = second
    {
        println!("{}", a.look() && b.look());
    }
    println!("after");
}

#[trace_memory]
fn second_fails() {
    let first = Some(noisy("a"));
    let second = Err::<Noisy, _>(noisy("second"));
    if let Some(a) = first
        && let Ok(b) = second
    {
        println!("{}", a.look() && b.look());
    } else {
        println!("else");
    }
    println!("after");
}

#[trace_memory]
fn with_condition() {
    for n in 0..3 {
        let maybe = if n == 0 { Err(noisy("maybe")) } else { Ok(noisy("value")) };
        if let Ok(value) = maybe
            && n == 1
        {
            println!("{}", value.look());
        } else {
            println!("else");
        }
    }
}

#[trace_memory]
fn condition_first() {
    for n in 0..2 {
        let maybe = Some(noisy(if n == 0 { "maybe" } else { "value" }));
        if n == 1
            && let Some(value) = maybe
            && value.look()
        {
            println!("{}", value.look());
        }
        println!("after");
    }
}

#[trace_memory]
fn moves_in_body() {
    let first = Some(noisy("_tmp"));
    let other = noisy("_tmp");
    if let Some(a) = first
        && yes()
        && look(&a)
    {
        eat(a);
        eat(other);
    }
    println!("after");
}

#[trace_memory]
fn references() {
    let first = Some(noisy("first"));
    let second = pass(None::<u8>);
    if let Some(a) = &first
        && let None = second
        && a.look()
    {
        println!("inside");
    }
    println!("after {}", no() && swallow(noisy("_tmp")));
}

#[trace_memory]
fn method_scrutinee() {
    let x = noisy("_tmp");
    let z = noisy("z");
    if let Some(a) = x.give()
        && a.look()
    {
        a.is("a");
        println!("in");
    } else {
        println!("else");
    }
    println!("after");
}
#[trace_memory]
fn method_scrutinee_borrows() {
    let x = Some(noisy("x"));
    let y = noisy("y");
    if let Some(a) = x.as_ref()
        && y.look()
        && let Some(b) = x.as_ref()
    {
        println!("in {}", a.look() && b.look());
    }
    println!("after");
}
#[trace_memory]
fn method_scrutinee_second() {
    let x = noisy("_tmp");
    let y = noisy("a");
    if y.look()
        && let Some(b) = x.give()
        && let Some(a) = y.give()
    {
        b.is("b");
        println!("in");
    }
    println!("after");
}
#[trace_memory]
fn method_scrutinee_result_one(c: bool) {
    let x = noisy(if c { "v" } else { "_tmp" });
    let y = noisy("y");
    if let Ok(v) = x.try_give(c)
        && v.look()
    {
        println!("in {}", y.look());
    } else if let Some(w) = y.give()
        && w.look()
    {
        w.is("w");
    }
    println!("after");
}
fn method_scrutinee_result() {
    method_scrutinee_result_one(true);
}
#[trace_memory]
fn chain_while() {
    let mut quiet = vec![noisy("v"), noisy("v")].into_iter();
    let stop = noisy("stop");
    while let Some(v) = quiet.next()
        && stop.look()
    {
        println!("in {}", v.look());
    }
    println!("after");
}
#[trace_memory]
fn strip() {
    let quiet = String::from("key=value");
    let x = noisy("x");
    if let Some((k, v)) = quiet.split_once('=')
        && let Some(c) = k.chars().next()
        && c.is_alphabetic()
        && let rest = v.trim()
    {
        println!("{k} {v} {c} {rest}");
    }
    println!("after");
}
#[trace_memory]
fn closure_scrutinee() {
    let quiet = vec![1, 2, 3];
    let x = noisy("x");
    let limit = 2;
    if let Some(n) = quiet.iter().find(|n| **n >= limit)
        && let Some(m) = quiet.into_iter().map(|n| n + 1).max()
        && x.look()
    {
        println!("{m}");
    }
}
#[trace_memory]
fn part_scrutinee() {
    let p = pair("left", "p");
    let x = noisy("x");
    if x.look()
        && let Pair { left, .. } = p
    {
        println!("{}", left.look());
    }
    println!("after");
}
macro_rules! opt {
    ($x:expr) => {
        $x.give()
    };
}
#[trace_memory]
fn macro_scrutinee() {
    let x = noisy("_tmp");
    if let Some(a) = opt!(x)
        && a.look()
    {
        a.is("a");
    }
    println!("after");
}

programs! {
    two second_fails with_condition condition_first   moves_in_body references
    method_scrutinee method_scrutinee_borrows method_scrutinee_second method_scrutinee_result chain_while strip closure_scrutinee part_scrutinee macro_scrutinee
}
