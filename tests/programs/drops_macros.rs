//! Macros: the standard library's, and some of unknown meaning. Generics and trait objects.
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

use std::fmt::{self, Debug, Display, Write as _};

use drops_support::{Noisy, check, eat, eat_two, look, no, noisy, swallow, yes};
use trace_memory::trace_memory;

macro_rules! borrow {
    ($value:expr) => {
        look(&$value)
    };
}

macro_rules! consume {
    ($value:expr) => {
        eat($value)
    };
}

macro_rules! consume_all {
    ($($value:ident),* $(,)?) => {
        $(eat($value);)*
    };
}

macro_rules! hidden_local {
    () => {
        let x = noisy("_tmp");
        look(&x);
    };
}

macro_rules! bail_unless {
    ($condition:expr) => {
        if !$condition {
            return;
        }
    };
}

#[trace_memory]
fn borrowed() {
    let x = noisy("x");
    let y = noisy("y");
    borrow!(x);
    println!("{}", borrow!(y));
}

#[trace_memory]
fn consumed() {
    let x = noisy("_tmp");
    let y = noisy("y");
    let z = noisy("_tmp");
    consume!(x);
    println!("after");
    let () = consume!(z);
    println!("{}", y.look());
}

#[trace_memory]
fn several_consumed() {
    let x = noisy("_tmp");
    let y = noisy("_tmp");
    let z = noisy("z");
    consume_all!(x, y);
    println!("{}", z.look());
}

#[trace_memory]
fn expression_arguments() {
    let x = noisy("_tmp");
    let y = noisy("y");
    consume!(x.pass());
    borrow!(y.look());
    println!("after");
}

#[trace_memory]
fn conditional_one(first: bool) {
    let x = noisy(if first { "_tmp" } else { "x" });
    if first {
        consume!(x);
    }
    println!("after");
}

fn conditional() {
    conditional_one(true);
    conditional_one(false);
}

#[trace_memory]
fn defining() {
    let y = noisy("y");
    hidden_local!();
    let x = noisy("x");
    hidden_local!();
    println!("{}", y.look() && x.look());
}

#[trace_memory]
fn leaving() {
    let x = noisy("x");
    let y = noisy("y");
    bail_unless!(yes());
    bail_unless!(no());
    println!("{}", x.look() && y.look());
}

#[trace_memory]
fn local_macro() {
    macro_rules! local {
        ($value:expr) => {
            eat_two($value, noisy("_tmp"))
        };
    }
    let x = noisy("_tmp");
    let y = noisy("y");
    local!(x);
    println!("{}", y.look());
}

#[trace_memory]
fn vectors() {
    let x = noisy("list.0");
    let y = noisy("list.1");
    let list = vec![x, y, noisy("list.2")];
    println!("{}", list.len());
    let quiet: Vec<Option<u8>> = vec![None; 3];
    println!("{}", quiet.len());
}

struct Shown(Noisy);

impl Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.look())
    }
}

impl Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.look())
    }
}

impl PartialEq for Shown {
    fn eq(&self, other: &Self) -> bool {
        self.0.look() == other.0.look()
    }
}

fn shown(name: &'static str) -> Shown {
    Shown(noisy(name))
}

#[trace_memory]
fn formatted() {
    let x = shown("x");
    let y = shown("y");
    let z = shown("z");
    let quiet = format!("{x} {} {name}", y, name = z);
    println!("{quiet} {x:?}");
    println!("{y} {:?}", z);
    let mut quiet = String::new();
    write!(quiet, "{x}").unwrap_or_default();
    println!("after");
}

#[trace_memory]
fn formatted_at_last_use() {
    let x = shown("x");
    println!("{x}");
    let y = noisy("_tmp");
    println!("{}", swallow(y));
    let z = noisy("_tmp");
    println!("{:?}", z.give().is_some());
    println!("after");
}

#[trace_memory]
fn asserted() {
    let x = shown("x");
    let y = shown("y");
    assert_eq!(x, y);
    assert!(x == y, "{x}");
    debug_assert!(x == y);
    println!("after");
}

#[trace_memory]
fn matched() {
    let x = Some(noisy("x"));
    println!("{}", matches!(x, Some(_)));
    println!("{}", matches!(x, Some(ref value) if value.look()));
    println!("{}", matches!(&x, Some(value) if value.look()));
}

#[trace_memory]
fn generic<T: Debug>(x: T, y: T) -> T {
    let z = x;
    println!("{y:?}");
    z
}

#[trace_memory]
fn generics() {
    let z = generic(shown("_tmp"), shown("y"));
    z.0.is("z");
    let number = generic(1, 2);
    println!("{z} {number}");
    println!("{:?}", generic((), ()));
}

#[trace_memory]
fn generic_option<T>(maybe: Option<T>, spare: T) -> T {
    match maybe {
        Some(value) => value,
        None => spare,
    }
}

#[trace_memory]
fn generic_options() {
    let spare = noisy("spare");
    let x = generic_option(Some(noisy("x")), spare);
    println!("{}", x.look());
    println!("{}", generic_option(None, 3));
}

#[trace_memory]
fn generic_iterator<I>(quiet_items: I) -> Vec<I::Item>
where
    I: IntoIterator,
{
    let mut quiet = Vec::new();
    for item in quiet_items {
        quiet.push(item);
    }
    quiet
}

#[trace_memory]
fn generic_iterators() {
    let list = generic_iterator([noisy("list.0"), noisy("list.1")]);
    println!("{}", list.len());
    println!("{}", generic_iterator(0..3).len());
}

trait Speak {
    fn speak(&self) -> bool;
    fn end(self: Box<Self>);
}

impl Speak for Noisy {
    fn speak(&self) -> bool {
        self.look()
    }

    #[trace_memory]
    fn end(self: Box<Self>) {
        println!("{}", self.look());
    }
}

#[trace_memory]
fn trait_objects() {
    let first: Box<dyn Speak> = Box::new(noisy("first"));
    let second: Box<dyn Speak> = Box::new(noisy("self"));
    let third: &dyn Speak = &noisy("_tmp");
    println!("{}", first.speak() && third.speak());
    second.end();
    println!("after");
}

#[trace_memory]
fn question() -> Result<(), ()> {
    let x = noisy("x");
    let quiet = format!("{}", check(yes())?);
    println!("{quiet}");
    println!("{}", check(no())?);
    eat(x);
    Ok(())
}

#[trace_memory]
fn questions() {
    let _ = question();
}

programs! {
    borrowed consumed several_consumed  expression_arguments conditional defining leaving
    local_macro vectors formatted formatted_at_last_use asserted matched generics generic_options
    generic_iterators trait_objects questions
}
