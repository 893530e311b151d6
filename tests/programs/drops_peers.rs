//! What a tracer gets wrong that guesses from the text alone: that lists the names of a block at its end,
//! that stores what it wraps in locals of its own, or that knows methods by their names.
//!
//! Moves into calls, on some branches, by `drop` and `forget`; `?`, `return`, `break` and panics; slice
//! patterns and `let` with `else`: those are in the programs beside this one.
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

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::Mutex;

use drops_support::{Noisy, Pair, eat, look, noisy, pair, pass};
use trace_memory::trace_memory;

/// Two names, one value, and neither is dropped here: a list of names has two drops too many.
#[trace_memory]
fn renames_and_returns() -> Noisy {
    let c = noisy("made");
    let d = c;
    d
}

#[trace_memory]
fn renamed_and_returned() {
    let made = renames_and_returns();
    println!("{}", made.look());
}

/// The statements behind `drop(a)` run after the drop, not before it as they would if it were listed at
/// the end of the block.
#[trace_memory]
fn dropped_before_other_statements() {
    let a = noisy("a");
    let b = noisy("b");
    drop(a);
    let c = noisy("c");
    println!("{}", b.look() && c.look());
    drop(c);
    println!("after");
}

/// The tail still uses `a` and `b`: their drops are not before it.
#[trace_memory]
fn uses_locals_in_tail() -> bool {
    let a = noisy("a");
    let b = noisy("b");
    a.look() && {
        println!("tail");
        b.look()
    }
}

fn used_in_tail() {
    println!("{}", uses_locals_in_tail());
}

/// A number is copied: `c` is not moved, and nothing of it is dropped.
#[trace_memory]
fn copied() {
    let c = 1;
    let d = c;
    let e = noisy("e");
    let f = (c, d);
    println!("{c} {d} {f:?} {}", e.look());
}

/// Three values of one name, alive at once, each dropped once. Told apart by name they would be one.
#[trace_memory]
fn shadowed_thrice() {
    let a = noisy("a");
    let b = noisy("b");
    let a = (noisy("a"), a.look()).0;
    let a = {
        let c = noisy("c");
        println!("{}", a.look() && c.look());
        noisy("a")
    };
    println!("{}", a.look() && b.look());
}

/// `_` is no variable: what it does not take is dropped at once, and what it names stays.
#[trace_memory]
fn underscore_is_no_variable() {
    let x = noisy("x");
    let _ = noisy("_tmp");
    println!("between");
    let _ = x;
    println!("after");
}

/// The part that `_` stands for is a temporary, gone before the next statement. In a hidden local it
/// would live to the end of the block.
#[trace_memory]
fn underscore_in_tuple() {
    let (c, _) = (1, noisy("_tmp"));
    println!("body {c}");
    let (d, _) = (noisy("d"), noisy("_tmp"));
    println!("body {}", d.look());
}

/// The guard in a condition is released before the body, the one in a scrutinee after the arms.
#[trace_memory]
fn guards_in_scrutinees() {
    let lock = Mutex::new(noisy("lock"));
    let free = || lock.try_lock().is_ok();
    if lock.lock().unwrap().look() {
        println!("if {}", free());
    }
    match lock.lock().unwrap().look() {
        true => println!("match {}", free()),
        false => println!("never"),
    }
    while lock.lock().unwrap().look() {
        println!("while {}", free());
        break;
    }
    let length = lock.lock().unwrap().look();
    println!("let {} {length}", free());
}

/// What a guard in `if let` holds back, and for how long, depends on the edition.
#[trace_memory]
fn guards_in_if_let() {
    let cell = RefCell::new(Some(noisy("cell.0")));
    if let Some(inside) = cell.borrow().as_ref() {
        println!("inside {} {}", cell.try_borrow_mut().is_ok(), inside.look());
    }
    if let None = cell.borrow().as_ref() {
        println!("never");
    } else {
        println!("else {}", cell.try_borrow_mut().is_ok());
    }
    println!("after");
}

/// The temporary of a scrutinee lives through the arms and is dropped between two locals' drops.
#[trace_memory]
fn temporaries_in_scrutinees() {
    let a = noisy("a");
    match noisy("_tmp").look() {
        true => {
            let b = noisy("b");
            println!("{}", b.look());
        }
        false => println!("never"),
    }
    println!("{}", a.look());
}

/// The temporary behind a reference lives as long as the reference. Passed through a call, it would not.
#[trace_memory]
fn extended_temporaries() {
    let a = noisy("a");
    let reference = &noisy("_tmp");
    let list = &vec![noisy("_tmp")];
    let part = &pair("_tmp", "_tmp").left;
    let b = noisy("b");
    println!("{}", reference.look() && list[0].look() && part.look() && a.look() && b.look());
}

/// Destructuring through a reference borrows. A tracer that takes the value first moves out of it.
#[trace_memory]
fn destructured_through_references() {
    let whole = pair("whole.left", "whole.right");
    let Pair { left, right } = &whole;
    let (a, b) = &(noisy("_tmp"), 1);
    let list = vec![noisy("list.0"), noisy("list.1")];
    if let [first, rest @ ..] = &list[..] {
        println!("{} {}", first.look(), rest.len());
    }
    println!("{} {b}", left.look() && right.look() && a.look());
}

struct Table(Vec<Noisy>);

impl Table {
    fn get(&self, index: usize) -> Option<&Noisy> {
        self.0.get(index)
    }

    fn set(&mut self, index: usize, value: Noisy) -> Noisy {
        std::mem::replace(&mut self.0[index], value)
    }

    fn replace(self, other: Noisy) -> Self {
        other.is("_tmp");
        self
    }
}

/// `get`, `set`, `replace` and `take` are methods of other types than `Cell`, too, with other arguments,
/// and may take the receiver.
#[trace_memory]
fn methods_of_one_name() {
    let list = vec![noisy("list.0")];
    let quiet_map: HashMap<&str, u8> = HashMap::from([("key", 1)]);
    let cell = Cell::new(1);
    let mut table = Table(vec![noisy("old")]);
    println!("{} {:?}", list.get(0).is_some_and(Noisy::look), quiet_map.get("key"));
    cell.set(cell.get() + 1);
    println!("{} {}", cell.get(), cell.replace(3));
    let new = noisy("taken.0.0");
    let old = table.set(0, new);
    println!("{}", old.look() && table.get(0).is_some());
    let other = noisy("_tmp");
    let taken = table.replace(other);
    println!("{}", taken.0[0].look());
}

/// Each way out of the loop drops what is there by then: none of it is at the block's end.
#[trace_memory]
fn leaves_early(n: u8) -> Option<Noisy> {
    let kept = noisy(if n == 3 { "result" } else { "kept" });
    'outer: for turn in 0..3 {
        let each = noisy("each");
        loop {
            let inner = noisy("inner");
            match n {
                0 => break 'outer,
                1 if turn == 0 => continue 'outer,
                2 => return None,
                3 => return Some(kept),
                _ => pass((turn < 1).then_some(()))?,
            }
            println!("{}", inner.look() && each.look());
            break;
        }
    }
    println!("end {}", kept.look());
    None
}

#[trace_memory]
fn left_early() {
    for n in 0..5 {
        let result = leaves_early(n);
        println!("{}", look(&result));
        std::mem::forget(result);
    }
}

/// Each activation of a recursive function has a local of its own.
#[trace_memory]
fn descends(depth: u8, x: Noisy) {
    let local = noisy("local");
    if depth > 0 {
        descends(depth - 1, noisy("x"));
    }
    if depth == 1 {
        x.is("_tmp");
        eat(x);
    }
    println!("{}", local.look());
}

fn recursive() {
    descends(2, noisy("x"));
}

programs! {
    renamed_and_returned dropped_before_other_statements used_in_tail copied shadowed_thrice
    underscore_is_no_variable underscore_in_tuple guards_in_scrutinees guards_in_if_let
    temporaries_in_scrutinees extended_temporaries destructured_through_references methods_of_one_name
    left_early recursive
}
