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

use drops_support::{Noisy, eat, look, no, noisy, pass, swallow, yes};
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

programs! {
    two second_fails with_condition condition_first   moves_in_body references
}
