//! Closures, what they capture, threads.
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

use std::thread;

use drops_support::{Noisy, Pair, check, eat, look, no, noisy, pair, pass, swallow, yes};
use trace_memory::trace_memory;

#[trace_memory]
fn borrows() {
    let x = noisy("x");
    let y = noisy("y");
    let closure = || x.look();
    println!("{}", closure());
    println!("{}", y.look() && x.look());
}

#[trace_memory]
fn moves_by_keyword() {
    let x = noisy("closure");
    let y = noisy("y");
    let closure = move || x.look();
    println!("{}", closure() && y.look());
}

#[trace_memory]
fn moves_by_use() {
    let x = noisy("closure");
    let y = noisy("y");
    let closure = || eat(x);
    println!("{}", y.look());
    look(&closure);
}

#[trace_memory]
fn called_once() {
    let x = noisy("_tmp");
    let y = noisy("y");
    let closure = || eat(x);
    closure();
    println!("{}", y.look());
}

#[trace_memory]
fn called_sometimes() {
    for n in 0..2 {
        let x = noisy(if n == 0 { "_tmp" } else { "closure" });
        let closure = move || eat(x);
        if n == 0 {
            closure();
        }
        println!("after");
    }
}

#[trace_memory]
fn moved_into_call() {
    fn run<T>(closure: impl FnOnce() -> T) -> T {
        closure()
    }
    let x = noisy("_tmp");
    let y = noisy("_tmp");
    run(move || x.look());
    run(|| eat(y));
    let z = noisy("z");
    println!("{}", run(|| z.look()) && z.look());
}

#[trace_memory]
fn returned() {
    #[trace_memory]
    fn make(x: Noisy) -> impl Fn() -> bool {
        let local = noisy("local");
        local.look();
        move || x.look()
    }
    let closure = make(noisy("closure"));
    println!("{}", closure());
}

#[trace_memory]
fn returned_boxed() {
    #[trace_memory]
    fn make(x: Noisy) -> Box<dyn FnOnce() -> Noisy> {
        Box::new(|| x)
    }
    let closure = make(noisy("y"));
    let y = closure();
    println!("{}", y.look());
}

#[trace_memory]
fn stored() {
    struct Holder<F> {
        closure: F,
    }
    let x = noisy("holder");
    let holder = Holder { closure: move || x.look() };
    println!("{}", (holder.closure)());
    let y = noisy("list");
    let list: Vec<Box<dyn Fn() -> bool>> = vec![Box::new(move || y.look())];
    println!("{}", list[0]());
}

#[trace_memory]
fn parameters() {
    let closure = |a: Noisy, b: Noisy| println!("{}", a.look() && b.look());
    closure(noisy("a"), noisy("b"));
    let closure = |(a, b): (Noisy, Noisy), mut c: Noisy| {
        c.poke();
        println!("{}", a.look() && b.look());
    };
    closure((noisy("a"), noisy("b")), noisy("c"));
    let closure = |Pair { left, right }: Pair| left.look() && right.look();
    println!("{}", closure(pair("left", "right")));
    let closure = |_a: Noisy| println!("unused");
    closure(noisy("_a"));
}

#[trace_memory]
fn parameters_moved() {
    let closure = |a: Noisy, b: Noisy| {
        eat(a);
        b
    };
    let c = closure(noisy("_tmp"), noisy("c"));
    println!("{}", c.look());
}

#[trace_memory]
fn locals() {
    let closure = |n: u8| {
        let a = noisy("a");
        if n == 0 {
            return Err(());
        }
        let b = noisy("b");
        let quiet = check(n != 1)?;
        println!("{}", a.look() && b.look());
        Ok(quiet)
    };
    for n in 0..3 {
        println!("{:?}", closure(n));
    }
}

#[trace_memory]
fn nested() {
    let x = noisy("outer");
    let outer = move || {
        let local = noisy("local");
        let inner = || x.look() && local.look();
        inner()
    };
    println!("{}", outer());
}

#[trace_memory]
fn nested_moves() {
    let x = noisy("inner");
    let outer = move || {
        let inner = move || x.look();
        println!("{}", inner());
    };
    outer();
    println!("after");
}

#[trace_memory]
fn field_borrowed() {
    let whole = pair("whole.left", "whole.right");
    let closure = || whole.left.look();
    println!("{}", closure());
    println!("{}", whole.right.look());
}

#[trace_memory]
fn reference_moved() {
    let x = noisy("x");
    let reference = &x;
    let closure = move || reference.look();
    println!("{}", closure());
}

#[trace_memory]
fn changes() {
    let mut x = noisy("x");
    let mut count = 0;
    let mut closure = || {
        x.poke();
        count += 1;
    };
    closure();
    closure();
    println!("{count} {}", x.look());
}

#[trace_memory]
fn iterators() {
    let list = vec![noisy("_tmp"), noisy("_tmp")];
    let other = noisy("other");
    let count = list.into_iter().filter(|value| value.look() && other.look()).map(eat).count();
    println!("{count} {}", other.look());
    let list: Vec<Noisy> = (0..2).map(|_| noisy("list")).collect();
    println!("{}", list.iter().all(Noisy::look));
    list.into_iter().for_each(|value| value.is("value"));
}

#[trace_memory]
fn combinators() {
    let maybe = Some(noisy("other"));
    let other = maybe.map(|value| {
        let local = noisy("local");
        local.look();
        value
    });
    println!("{}", look(&other));
    let spare = noisy("value");
    let value = pass(None::<Noisy>).unwrap_or(spare);
    println!("{}", value.look());
}

#[trace_memory]
fn combinators_with_moves() {
    let spare = noisy("value");
    let value = pass(None::<Noisy>).unwrap_or_else(|| spare);
    println!("{}", value.look());
    let first = Some(noisy("both.0"));
    let second = noisy("both.1");
    let both = first.map(|value| (value, second));
    println!("{}", look(&both));
}

#[trace_memory]
fn conditional() {
    for n in 0..2 {
        let x = noisy("_tmp");
        let done = (n == 1).then(move || swallow(x));
        println!("{done:?}");
    }
}

#[trace_memory]
fn conditional_capture() {
    for n in 0..2 {
        let x = noisy(if n == 0 { "x" } else { "_tmp" });
        if n == 1 {
            let closure = || eat(x);
            closure();
        }
        println!("after");
    }
}

#[trace_memory]
fn dropped() {
    let x = noisy("closure");
    let closure = move || x.look();
    drop(closure);
    println!("after");
}

#[trace_memory]
fn spawned() {
    let x = noisy("_tmp");
    let y = noisy("y");
    let handle = thread::spawn(move || {
        let local = noisy("local");
        x.look() && local.look()
    });
    println!("{:?}", handle.join().is_ok());
    println!("{}", y.look());
}

#[trace_memory]
fn spawned_function() {
    #[trace_memory]
    fn work(x: Noisy) -> Noisy {
        let local = noisy("local");
        local.look();
        x
    }
    let x = noisy("result");
    let result = thread::spawn(|| work(x)).join().unwrap_or_else(|_| noisy("never"));
    println!("{}", result.look());
}

#[trace_memory]
fn function_values() {
    let function = eat;
    function(noisy("_tmp"));
    let choose: fn(Noisy) = if yes() { eat } else { |value| drop(value) };
    let x = noisy("_tmp");
    choose(x);
    if no() {
        println!("never");
    }
}

#[trace_memory]
fn immediately() {
    let x = noisy("_tmp");
    (move || eat(x))();
    let y = noisy("y");
    let quiet = (|| y.look())();
    println!("{quiet} {}", y.look());
}

programs! {
    borrows moves_by_keyword moves_by_use called_once called_sometimes moved_into_call returned
    returned_boxed stored parameters parameters_moved locals nested nested_moves field_borrowed
    reference_moved changes iterators combinators combinators_with_moves conditional
    conditional_capture dropped spawned spawned_function  function_values immediately
}
