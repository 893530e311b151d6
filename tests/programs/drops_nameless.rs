//! Values without a name: operands that are there when control leaves, what `let … else` does not take, and the value
//! of the last statement of a block that may be of any type. Whatever is dropped has a row, whose text holds its name.
#![allow(
    clippy::all,
    clippy::pedantic,
    clippy::print_stdout,
    unreachable_code,
    unused,
    unused_qualifications,
    reason = "odd code is what is tested"
)]

#[macro_use]
mod drops_support;
mod drops_polls;

use std::pin::{Pin, pin};

use drops_polls::{cancel, pause, run};
use drops_support::{Noisy, Pair, Shape, Tagged, check, fail, no, noisy, yes};
use trace_memory::trace_memory;

/// What it takes is dropped in it, without a row of its own.
fn take(value: Noisy, _: u8) {
    println!("taken");
    std::mem::forget(value);
}

fn take_three(one: Noisy, _: u8, two: Noisy) {
    println!("taken");
    std::mem::forget((one, two));
}

#[trace_memory]
fn operand_before_question() -> Result<(), ()> {
    let other = noisy("other");
    take(noisy("operand"), check(true)?);
    take(noisy("operand"), check(false)?);
    Ok(())
}

#[trace_memory]
fn operand_before_panic() {
    let x = noisy("x");
    let other = noisy("other");
    take(x, fail());
}

#[trace_memory]
fn operands_before_panic() {
    let x = noisy("x");
    take_three(noisy("operand"), 1, {
        let inner = noisy("inner");
        fail::<u8>();
        inner
    });
    drop(x);
}

#[trace_memory]
fn several_before_panic() {
    let (x, y) = (noisy("x"), noisy("y"));
    let four = (x, noisy("operand"), y, fail::<u8>());
}

#[trace_memory]
fn operand_before_break() {
    for again in [true, false] {
        let other = noisy("other");
        take(noisy("operand"), if again { continue } else { break });
    }
}

#[trace_memory]
fn operand_before_return() {
    let other = noisy("other");
    take(noisy("operand"), return);
}

#[trace_memory]
fn operand_before_panic_with_arguments() {
    take(noisy("operand"), panic!("{}", noisy("argument").look()));
}

#[trace_memory]
fn operand_before_cancellation() {
    cancel(async { take(noisy("operand"), (pause().await, 1).1) }, 1);
    run(async { take(noisy("operand"), (pause().await, 1).1) });
}

#[trace_memory]
fn nested_calls() {
    take_three(
        noisy("outer"),
        {
            take(noisy("inner"), fail());
            1
        },
        noisy("never"),
    );
}

#[trace_memory]
fn receiver_before_panic() {
    let x = noisy("x");
    x.eat_with(fail());
}

#[trace_memory]
fn temporary_receiver_before_panic() {
    noisy("taken").eat_with(fail());
}

#[trace_memory]
fn borrowed_receiver_before_panic() {
    noisy("looked").take_in(fail());
}

#[trace_memory]
fn field_before_panic() {
    let other = noisy("other");
    let whole = Tagged { value: noisy("field"), tag: fail() };
}

#[trace_memory]
fn fields_in_a_row() {
    let (right, tag) = (noisy("right"), 1);
    let whole = Pair {
        right,
        left: {
            fail::<u8>();
            noisy("left")
        },
    };
}

#[trace_memory]
fn base_that_panics() {
    let whole = Tagged { value: noisy("field"), ..fail() };
}

#[trace_memory]
fn element_before_panic() {
    let list = [noisy("element"), fail()];
}

#[trace_memory]
fn element_of_vec_before_panic() {
    let list = vec![noisy("element"), fail()];
}

#[trace_memory]
fn variant_before_panic() {
    let shape = Shape::Area { width: noisy("width"), height: fail() };
}

#[trace_memory]
fn in_a_closure() {
    let list = [1_u8, 2];
    list.iter().for_each(|n| take(noisy("operand"), check(*n < 2).unwrap_or_else(|()| fail())));
}

#[trace_memory]
fn an_index_that_panics() {
    let list = [1_u8];
    let at = list.len();
    take(noisy("operand"), list[at]);
}

#[trace_memory]
fn a_sum_that_overflows() {
    let large = std::hint::black_box(255_u8);
    take(noisy("operand"), large + 1);
}

#[trace_memory]
fn operands_without_a_drop() {
    let other = noisy("other");
    let pair = (1_u8, "two", fail::<u8>());
}

fn result(name: &'static str, well: bool) -> Result<(Noisy, Noisy), Noisy> {
    if well { Ok((noisy(name), noisy(name))) } else { Err(noisy(name)) }
}

/// A box, which says nothing when it is freed.
fn boxed<T>(_: &'static str, value: T) -> Box<T> {
    Box::new(value)
}

/// A box is freed.
fn freed(name: &str) {
    println!("drop {name}");
}

#[trace_memory]
fn let_else_does_not_match() {
    let Ok((_left, _)) = result("result", false) else { return };
}

#[trace_memory]
fn let_else_leaves_a_part() {
    let Ok((left, _)) = result("result", true) else { return };
    left.is("left");
}

#[trace_memory]
fn let_else_takes_all() {
    let Ok((left, right)) = result("result", true) else { return };
    left.is("left");
    right.is("right");
}

#[trace_memory]
fn let_else_matches_nothing() {
    let None = no().then(|| noisy("never")) else { return };
    let Some(x) = no().then(|| noisy("never")) else { return };
}

#[trace_memory]
fn let_else_of_a_box() {
    let Some(x) = *boxed("one", Some(noisy("x"))) else { return };
    freed("one");
    let Some(y) = *boxed("two", no().then(|| noisy("never"))) else { return freed("two") };
}

#[trace_memory]
fn let_of_a_box() {
    let Pair { left, right } = *boxed("box", Pair { left: noisy("left"), right: noisy("right") });
    freed("box");
}

#[trace_memory]
fn last_in_a_closure() {
    let call = || {
        noisy("last");
    };
    call();
    let ends = |well: bool| {
        check(well).unwrap_or_else(|()| {
            noisy("before");
            fail::<u8>();
            std::process::exit(1);
        })
    };
    ends(true);
    ends(false);
}

#[trace_memory]
fn last_in_a_block() -> u8 {
    let call = |first: bool| {
        if first {
            noisy("first").pass();
        } else {
            noisy("second").try_give(true);
        }
    };
    call(true);
    call(false);
    3
}

#[trace_memory]
fn last_that_is_left() -> Result<(), ()> {
    let call = |well: bool| {
        noisy("operand").try_give(check(well)? == 1);
        Ok(())
    };
    call(true)?;
    call(false)
}

#[trace_memory]
fn last_in_a_future() {
    run(async {
        pause().await;
        noisy("last");
    });
}

fn is_there(value: Pin<&mut Noisy>) -> bool {
    value.look()
}

#[trace_memory]
fn pinned() {
    let first = noisy("first");
    let kept = pin!(first);
    let mut quiet: Pin<&mut dyn Named> = std::pin::pin!(noisy("second"),);
    let between = noisy("between");
    println!("{} {}", pin!(noisy("argument")).look(), is_there(pin!(noisy("operand"))));
    println!("{} {}", kept.look(), quiet.as_mut().named());
    let there = is_there(pin!(noisy("third")));
    if pin!(noisy("condition")).as_ref().look() {
        let inner = pin!(noisy("inner"));
    }
}

/// Whatever is pinned and needs no drop has no row.
#[trace_memory]
fn pinned_without_a_drop() {
    let (number, text) = (pin!(1_u8), pin!("text"));
    let ready = pin!(std::future::ready(2_u8));
}

#[trace_memory]
fn pinned_before_panic() {
    let kept = pin!(noisy("kept"));
    let never = pin!((noisy("operand"), fail::<u8>()));
}

#[trace_memory]
fn pinned_in_a_future() {
    let body = || async {
        let kept = pin!(noisy("kept"));
        pause().await;
        kept.look();
    };
    run(body());
    cancel(body(), 1);
}

trait Named {
    fn named(self: Pin<&mut Self>) -> &'static str;
}

impl Named for Noisy {
    fn named(self: Pin<&mut Self>) -> &'static str {
        "named"
    }
}

#[trace_memory]
fn borrowed_parts() {
    let array = &[noisy("array")];
    let slice: &[Noisy] = &[noisy("slice")];
    let pair: &mut (Noisy, u8) = &mut (noisy("pair"), 1);
    let tagged: &Tagged = &Tagged { value: noisy("tagged"), tag: 1 };
    let variant = &Some(noisy("variant"));
    let list = &vec![noisy("list")];
    let last = noisy("last");
    pair.1 = 2;
    println!("{} {} {}", array.len() + slice.len() + list.len(), variant.is_some(), pair.1 + tagged.tag);
}

/// The compiler may keep the values of such calls in statics, if they need no drop.
#[trace_memory]
fn borrowed_calls() {
    let kept = &noisy("kept");
    let typed: &Noisy = &noisy("typed");
    println!("{} {}", kept.look() && typed.look(), Noisy::look(&noisy("argument")));
    let size = &size_of::<Noisy>();
}

programs! {
    pinned pinned_without_a_drop pinned_before_panic pinned_in_a_future borrowed_parts borrowed_calls
    operand_before_question operand_before_panic operands_before_panic several_before_panic operand_before_break
    operand_before_return operand_before_panic_with_arguments operand_before_cancellation nested_calls
    receiver_before_panic temporary_receiver_before_panic borrowed_receiver_before_panic field_before_panic
    fields_in_a_row base_that_panics element_before_panic element_of_vec_before_panic variant_before_panic in_a_closure
    an_index_that_panics a_sum_that_overflows operands_without_a_drop let_else_does_not_match let_else_leaves_a_part
    let_else_takes_all let_else_matches_nothing let_else_of_a_box let_of_a_box last_in_a_closure last_in_a_block
    last_that_is_left last_in_a_future
}
