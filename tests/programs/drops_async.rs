//! `async fn`: parameters, receivers, locals across `.await`, and every way out, finished or not.
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

use std::future::Future;
use std::panic::{self, AssertUnwindSafe};
use std::pin::Pin;

use drops_polls::{Pause, cancel, pause, poll, run, slow};
use drops_support::{Noisy, Pair, Tagged, check, eat, fail, look, no, noisy, pair, poke, tagged, yes};
use trace_memory::trace_memory;

#[trace_memory]
async fn takes(first: Noisy, mut second: Noisy, _: Noisy, _third: Noisy, by_reference: &Noisy, n: &mut u8) {
    pause().await;
    look(by_reference);
    poke(&mut second);
    *n += 1;
}

fn parameters() {
    let (outside, mut n) = (noisy("_tmp"), 0);
    run(takes(noisy("first"), noisy("second"), noisy("_tmp"), noisy("_third"), &outside, &mut n));
    assert_eq!(n, 1);
}

fn parameters_cancelled() {
    let (outside, mut n) = (noisy("_tmp"), 0);
    cancel(takes(noisy("first"), noisy("second"), noisy("_tmp"), noisy("_third"), &outside, &mut n), 1);
}

#[trace_memory]
fn parameters_unpolled() {
    let (quiet_outside, mut n) = (noisy("_tmp"), 0);
    let tmp = || noisy("_tmp");
    cancel(takes(tmp(), tmp(), tmp(), tmp(), &quiet_outside, &mut n), 0);
}

#[trace_memory]
async fn takes_apart((a, b): (Noisy, Noisy), Pair { left, right: other }: Pair, [c, _]: [Noisy; 2]) {
    pause().await;
    look(&(&a, &b, &left, &other, &c));
    eat(b);
    pause().await;
}

fn patterns() {
    let two = || (noisy("a"), noisy("_tmp"));
    let three = || [noisy("c"), noisy("_tmp")];
    run(takes_apart(two(), pair("left", "other"), three()));
    cancel(takes_apart((noisy("a"), noisy("b")), pair("left", "other"), three()), 1);
    cancel(takes_apart(two(), pair("left", "other"), three()), 2);
}

#[trace_memory]
async fn generic<T, U: AsRef<str>>(value: T, quiet_text: U, quiet_from: impl Into<String>) -> (T, String)
where
    T: Send,
{
    let local = noisy("local");
    slow(()).await;
    local.look();
    let quiet_joined = quiet_text.as_ref().to_owned() + &quiet_from.into();
    (value, quiet_joined)
}

#[trace_memory]
fn generics() {
    let (kept, quiet_text) = run(generic(noisy("kept"), "a", 'b'));
    kept.look();
    assert_eq!(quiet_text, "ab");
    cancel(generic(noisy("value"), String::from("a"), "b"), 1);
}

struct Owner {
    held: Noisy,
}

fn owner(name: &'static str) -> Owner {
    Owner { held: noisy(name) }
}

impl Owner {
    #[trace_memory]
    async fn by_value(self, other: Noisy) -> u8 {
        let local = noisy("local");
        pause().await;
        u8::from(self.held.look() && other.look() && local.look())
    }

    #[trace_memory]
    async fn by_reference(&self, other: Noisy) -> &Noisy {
        let local = noisy("local");
        pause().await;
        look(&(&local, &other));
        &self.held
    }

    #[trace_memory]
    async fn by_mutable_reference(&mut self, other: Noisy) {
        pause().await;
        self.held = other;
        pause().await;
    }

    #[trace_memory]
    async fn by_pin(self: Pin<&mut Self>) -> bool {
        let local = noisy("local");
        pause().await;
        local.look() && self.held.look()
    }

    #[trace_memory]
    async fn by_box(self: Box<Self>) {
        let local = noisy("local");
        pause().await;
        local.look();
    }

    #[trace_memory]
    async fn gives_up(self) -> Noisy {
        let Self { held } = self;
        pause().await;
        held
    }

    #[trace_memory]
    async fn passes_on(self) -> u8 {
        let before = noisy("before");
        self.by_value(noisy("other")).await
    }
}

fn receivers() {
    assert_eq!(run(owner("self").by_value(noisy("other"))), 1);
    cancel(owner("self").by_value(noisy("other")), 1);
    cancel(owner("_tmp").by_value(noisy("_tmp")), 0);
    run(Box::new(owner("self")).by_box());
    cancel(Box::new(owner("self")).by_box(), 1);
    let given = run(owner("_tmp").gives_up());
    given.is("_tmp");
    run(owner("self").passes_on());
    cancel(owner("self").passes_on(), 1);
}

fn borrowed_receivers() {
    let mut held = owner("_tmp");
    run(held.by_reference(noisy("other")));
    cancel(held.by_reference(noisy("other")), 1);
    cancel(held.by_mutable_reference(noisy("other")), 1);
    run(held.by_mutable_reference(noisy("_tmp")));
    cancel(held.by_mutable_reference(noisy("_tmp")), 2);
    run(Pin::new(&mut held).by_pin());
    cancel(Pin::new(&mut held).by_pin(), 1);
}

fn locals_at_every_await() {
    run(locals_named());
    for polls in 0..=2 {
        cancel(locals_named(), polls);
    }
}

#[trace_memory]
async fn locals_named() {
    let a = noisy("a");
    {
        let inner = noisy("inner");
        pause().await;
        inner.look();
    }
    let moved = a;
    moved.is("moved");
    let late;
    pause().await;
    late = noisy("late");
    late.look();
}

#[trace_memory]
async fn three() -> u8 {
    let a = noisy("a");
    pause().await;
    let b = noisy("b");
    pause().await;
    eat(a);
    let c = noisy("c");
    pause().await;
    look(&(&b, &c));
    3
}

#[trace_memory]
fn cancelled_at_each_await() {
    let around = noisy("around");
    for polls in 0..=3 {
        cancel(three(), polls);
    }
    assert_eq!(run(three()), 3);
    around.look();
}

#[trace_memory]
async fn question(well: bool) -> Result<Noisy, ()> {
    let a = noisy("a");
    let n = slow(check(well)).await?;
    let b = noisy("b");
    let c = noisy("_tmp").try_give(well && n == 1)?;
    c.is("c");
    pause().await;
    slow(check(false)).await?;
    Ok(b)
}

fn question_mark() {
    assert!(run(question(true)).is_err());
    assert!(run(question(false)).is_err());
    cancel(question(true), 1);
    cancel(question(true), 2);
}

#[trace_memory]
async fn option(value: Option<Noisy>) -> Option<Noisy> {
    let before = noisy("before");
    let inner = slow(value).await?;
    inner.is("inner");
    let after = noisy("after");
    pause().await;
    inner.is("_tmp");
    Some(inner)
}

fn question_on_option() {
    assert!(run(option(None)).is_none());
    drop(run(option(Some(noisy("_tmp")))));
    cancel(option(Some(noisy("_tmp"))), 1);
    cancel(option(Some(noisy("_tmp"))), 2);
}

#[trace_memory]
async fn returns(early: u8) -> Noisy {
    let a = noisy("a");
    a.is(if early == 1 { "_tmp" } else { "a" });
    if early == 1 {
        pause().await;
        return a;
    }
    let b = noisy("_tmp");
    if early == 2 {
        let c = noisy("c");
        return slow(b).await;
    }
    b.is("b");
    pause().await;
    b.is("_tmp");
    b
}

fn early_return() {
    for early in 1..=3 {
        drop(run(returns(early)));
    }
    cancel(returns(3), 1);
}

#[trace_memory]
async fn loops() -> u8 {
    let found = loop {
        let each = noisy("each");
        pause().await;
        let kept = noisy("_tmp");
        if each.look() {
            break kept;
        }
    };
    found.is("found");
    for n in 0..3 {
        let step = noisy("step");
        if n == 1 {
            pause().await;
            continue;
        }
        pause().await;
        if n == 2 {
            break;
        }
        let end = noisy("end");
    }
    let mut n = 0;
    while slow(n < 2).await {
        let round = noisy("round");
        n += 1;
        pause().await;
    }
    n
}

fn breaks_and_continues() {
    assert_eq!(run(loops()), 2);
    for polls in 1..=8 {
        cancel(loops(), polls);
    }
}

#[trace_memory]
async fn labelled() -> u8 {
    let a = noisy("a");
    let value = 'outer: loop {
        let b = noisy("b");
        for _ in 0..2 {
            let c = noisy("c");
            pause().await;
            if c.look() {
                break 'outer slow(1).await;
            }
        }
    };
    let other = 'block: {
        let d = noisy("d");
        if slow(d.look()).await {
            break 'block 2;
        }
        3
    };
    value + other
}

fn labels() {
    assert_eq!(run(labelled()), 3);
    cancel(labelled(), 1);
    cancel(labelled(), 2);
    cancel(labelled(), 3);
}

#[trace_memory]
async fn panics(at: u8) {
    let a = noisy("a");
    if at == 0 {
        fail::<()>();
    }
    pause().await;
    let b = noisy("b");
    panics_inside(at).await;
    b.look();
}

#[trace_memory]
async fn panics_inside(at: u8) {
    let inner = noisy("inner");
    pause().await;
    if at == 1 {
        fail::<()>();
    }
    inner.look();
}

#[trace_memory]
fn panic_in_a_poll() {
    let around = noisy("around");
    for at in 0..3 {
        let quiet_outcome = panic::catch_unwind(|| run(panics(at)));
        assert_eq!(quiet_outcome.is_err(), at < 2);
    }
    around.look();
}

fn panic_then_drop() {
    let mut future = Box::pin(panics(1));
    for _ in 0..2 {
        assert!(poll(&mut future).is_pending());
    }
    let quiet_outcome = panic::catch_unwind(AssertUnwindSafe(|| poll(&mut future).is_ready()));
    assert!(quiet_outcome.is_err());
    let again = panic::catch_unwind(AssertUnwindSafe(|| poll(&mut future).is_ready()));
    assert!(again.is_err(), "it cannot be polled again");
    drop(future);
}

#[trace_memory]
fn cancelled_by_a_panic() {
    let mut future = Box::pin(three());
    let quiet_outcome = panic::catch_unwind(AssertUnwindSafe(move || {
        assert!(poll(&mut future).is_pending());
        fail::<()>();
    }));
    assert!(quiet_outcome.is_err());
}

#[trace_memory]
async fn reassigns() {
    let mut a = noisy("a");
    a = slow(noisy("_tmp")).await;
    a.is("a");
    pause().await;
    let mut list = vec![noisy("list.0")];
    list.push(slow(noisy("_tmp")).await);
    list[1].is("list.1");
    a = noisy("a");
    pause().await;
    drop(a);
    pause().await;
}

fn assignments() {
    run(reassigns());
    for polls in 1..=5 {
        cancel(reassigns(), polls);
    }
}

#[trace_memory]
async fn moves(give: bool) {
    let a = noisy(if give { "_tmp" } else { "a" });
    let b = tagged("b");
    if give {
        pause().await;
        eat(a);
    }
    pause().await;
    let tag = b.tag;
    let held = [b];
    held[0].value.is("held");
    pause().await;
}

fn conditional_moves() {
    run(moves(true));
    run(moves(false));
    cancel(moves(true), 2);
    cancel(moves(false), 1);
    cancel(moves(false), 2);
}

#[trace_memory]
async fn never() -> ! {
    let a = noisy("a");
    loop {
        let b = noisy("b");
        pause().await;
    }
}

#[trace_memory]
async fn never_by_panic() -> ! {
    let a = noisy("a");
    pause().await;
    fail()
}

fn returns_never() {
    cancel(never(), 3);
    assert!(panic::catch_unwind(|| run(never_by_panic())).is_err());
}

#[trace_memory]
async fn depth(n: u8) -> u8 {
    let here = noisy("here");
    if n == 0 {
        pause().await;
        return 0;
    }
    let below = Box::pin(depth(n - 1)).await;
    here.look();
    below + 1
}

#[trace_memory]
fn boxed_depth(n: u8, value: Noisy) -> Pin<Box<dyn Future<Output = u8>>> {
    Box::pin(async move {
        let value = value;
        pause().await;
        if n == 0 { 0 } else { 1 + boxed_depth(n - 1, noisy("value")).await }
    })
}

fn recursion() {
    assert_eq!(run(depth(3)), 3);
    cancel(depth(3), 1);
    assert_eq!(run(boxed_depth(2, noisy("value"))), 2);
    cancel(boxed_depth(2, noisy("value")), 2);
}

fn unfinished_calls_in_a_row() {
    let mut futures: Vec<_> = (0..3).map(|_| Box::pin(three())).collect();
    for future in &mut futures {
        assert!(poll(future).is_pending());
    }
    assert!(poll(&mut futures[1]).is_pending());
    futures.swap_remove(0);
    drop(futures);
}

programs! {
    parameters
    parameters_cancelled
    parameters_unpolled
    patterns
    generics
    receivers
    borrowed_receivers
    locals_at_every_await
    cancelled_at_each_await
    question_mark
    question_on_option
    early_return
    breaks_and_continues
    labels
    panic_in_a_poll
    panic_then_drop
    cancelled_by_a_panic
    assignments
    conditional_moves
    returns_never
    recursion
    unfinished_calls_in_a_row
}
