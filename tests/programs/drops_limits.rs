//! Where the trace ends. In most functions a value named `untold` is dropped, which has no row, and every
//! other drop has one. In the last ones all drops have rows, of which some are not certain.
#![allow(
    clippy::all,
    clippy::pedantic,
    clippy::print_stdout,
    unused,
    unused_qualifications,
    reason = "odd code is what is tested"
)]

#[macro_use]
mod drops_support;
mod drops_polls;

use drops_polls::{pause, run};
use drops_support::{Noisy, fail, noisy};
use trace_memory::trace_memory;

fn take<T>(value: T, _: u8) {}

impl std::ops::Add<u8> for Noisy {
    type Output = Noisy;

    fn add(self, _: u8) -> Noisy {
        self
    }
}

impl Noisy {
    fn look_and_fail(&self) -> u8 {
        fail()
    }
}

fn beside(_: &Noisy, name: &'static str) -> Noisy {
    noisy(name)
}

#[trace_memory]
fn closure_that_waits() {
    let x = noisy("untold");
    take(move || x.look(), fail());
}

#[trace_memory]
fn left_of_an_operator() {
    let other = noisy("other");
    let sum = noisy("untold") + fail::<u8>();
}

#[trace_memory]
fn assigned_to_no_element() {
    let (mut list, at) = (Vec::new(), 1);
    list.push(noisy("list"));
    list[at] = noisy("untold");
}

#[trace_memory]
fn receiver_that_may_borrow() {
    let x = noisy("x");
    let both = (beside(&x, "untold").look_and_fail(), x.look());
}

macro_rules! looks {
    () => {
        noisy("untold").look()
    };
}

macro_rules! defines {
    ($name:ident) => {
        let $name = noisy("untold");
    };
}

#[trace_memory]
fn temporary_of_macro() {
    looks!();
}

#[trace_memory]
fn temporary_in_assert() {
    assert!(noisy("untold").look());
}

#[trace_memory]
fn local_of_macro() {
    defines!(x);
    x.look();
}

macro_rules! pauses {
    () => {
        pause().await
    };
}

#[trace_memory]
fn inside_async_closure() {
    let call = async || {
        let inside = noisy("untold");
        pauses!();
    };
    run(call());
}

#[trace_memory]
fn captured_by_future() {
    let x = noisy("untold");
    run(async move {
        x.look();
        pause().await;
    });
}

#[trace_memory]
fn captured_by_closure() {
    let x = noisy("untold");
    (move || x.look())();
}

/// Its name is `untold`.
struct Constant(u8);

impl Drop for Constant {
    fn drop(&mut self) {
        println!("drop untold");
    }
}

#[trace_memory]
fn constructor_of_constants() {
    let two = &Constant(2);
    for constant in [Constant(4).0] {}
}

#[trace_memory]
fn borrowed_in_an_initialiser() {
    let pair = (&[noisy("untold")], 1);
    let list: &dyn std::any::Any = &[noisy("untold")];
}

#[trace_memory]
fn pinned_in_an_initialiser() {
    let pair = (std::pin::pin!(noisy("untold")), 1);
}

fn value_without_a_frame() {
    let x = noisy("untold");
    framed();
}

#[trace_memory]
fn framed() {
    let x = noisy("x");
}

#[trace_memory]
fn break_in_operand() {
    loop {
        let x = noisy("x");
        x.is(if x.look() { break } else { "never" });
    }
}

macro_rules! name_of {
    () => {
        "x"
    };
}

macro_rules! renames {
    ($value:expr, $name:ident) => {
        $value.is(stringify!($name));
    };
}

#[trace_memory]
fn macro_in_operand() {
    for _ in 0..1 {
        let x = noisy("_tmp");
        x.is(name_of!());
    }
}

#[trace_memory]
fn macro_with_new_name() {
    let x = noisy("_tmp");
    renames!(x, y);
}

macro_rules! gives {
    ($value:expr) => {
        $value
    };
}

#[trace_memory]
fn macro_as_operand() {
    let x = noisy("_tmp");
    take(gives!(x.look()), 1);
}

#[trace_memory]
fn macro_as_place() {
    let x = noisy("_tmp");
    gives!(x).look();
}

#[trace_memory]
fn value_of_macro() {
    gives!(noisy("untold")).look();
}

fn call_with<T>(call: impl FnOnce(T) -> bool, value: T) -> bool {
    call(value)
}

#[trace_memory]
fn closure_before_operand() {
    let x = noisy("_tmp");
    call_with(|n| x.look() && n == 1_u8, 1_u8);
}

#[trace_memory]
fn closure_of_two() {
    let (a, b) = (noisy("a"), noisy("b"));
    let call = || {
        a.look();
        b.eat();
    };
    call();
}

#[trace_memory]
fn block_of_two() {
    let (a, b) = (noisy("a"), noisy("b"));
    run(async {
        b.eat();
        a.look();
    });
}

#[trace_memory]
fn chain_of_two() {
    let both = Some((noisy("left"), noisy("whole")));
    if let Some(whole) = both
        && let (left, _) = whole
    {
        left.look();
    }
}

programs! {
    closure_that_waits left_of_an_operator assigned_to_no_element receiver_that_may_borrow
    temporary_of_macro temporary_in_assert local_of_macro inside_async_closure captured_by_future
    captured_by_closure constructor_of_constants borrowed_in_an_initialiser pinned_in_an_initialiser value_without_a_frame break_in_operand macro_in_operand macro_with_new_name macro_as_operand macro_as_place value_of_macro closure_before_operand closure_of_two block_of_two chain_of_two
}
