//! Futures as values: `async` blocks, what they capture, where they are stored, who polls and drops them;
//! `.await` in every place of an expression.
#![allow(
    clippy::all,
    clippy::pedantic,
    clippy::print_stdout,
    async_fn_in_trait,
    unused,
    unused_qualifications,
    reason = "odd code is what is tested"
)]

#[macro_use]
mod drops_support;
mod drops_polls;

use std::future::{self, Future};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use drops_polls::{Pause, Slow, cancel, pause, poll, run, slow};
use drops_support::{Noisy, Pair, Tagged, check, eat, fail, look, no, noisy, pair, pass, poke, tagged, yes};
use trace_memory::trace_memory;

type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

#[trace_memory]
fn borrowing_block() {
    let a = noisy("a");
    let mut b = noisy("b");
    let quiet_block = async {
        let inner = noisy("inner");
        pause().await;
        look(&a);
        poke(&mut b);
        inner.look()
    };
    run(quiet_block);
    cancel(async { (pause().await, look(&a)) }, 1);
}

#[trace_memory]
fn moving_block() {
    let a = noisy("_tmp");
    let b = noisy("b");
    let quiet_block = async move {
        let inner = noisy("inner");
        pause().await;
        a.look() && inner.look()
    };
    b.look();
    run(quiet_block);
}

#[trace_memory]
fn moving_block_takes() {
    for polls in 0..3 {
        let a = noisy(if polls == 0 { "_tmp" } else { "taken" });
        let quiet_block = async move {
            let taken = a;
            pause().await;
            pause().await;
            eat(taken);
        };
        cancel(quiet_block, polls);
    }
}

#[trace_memory]
fn block_takes_without_move() {
    let a = noisy("taken");
    let b = noisy("b");
    run(async {
        let taken = a;
        pause().await;
        b.look();
    });
    b.look();
}

#[trace_memory]
fn unpolled_block() {
    let a = noisy("_tmp");
    let b = noisy("b");
    let quiet_block = async move {
        let never = noisy("never");
        eat(a);
    };
    drop(quiet_block);
    b.look();
}

#[trace_memory]
async fn nested_blocks() -> u8 {
    let a = noisy("a");
    let sum = async {
        let b = noisy("b");
        let c = async {
            let c = noisy("c");
            pause().await;
            c.look();
            1
        }
        .await;
        pause().await;
        b.look();
        c + 1
    }
    .await;
    pause().await;
    a.look();
    sum
}

fn nesting() {
    assert_eq!(run(nested_blocks()), 2);
    for polls in 1..=3 {
        cancel(nested_blocks(), polls);
    }
}

#[trace_memory]
fn block_with_question() {
    let around = noisy("around");
    let quiet_outcome = run(async {
        let a = noisy("a");
        slow(check(true)).await?;
        let b = noisy("b");
        slow(check(false)).await?;
        let never = noisy("never");
        Ok::<_, ()>(1)
    });
    assert!(quiet_outcome.is_err());
    let n = run(async {
        let c = noisy("c");
        if slow(c.look()).await {
            return 1;
        }
        2
    });
    assert_eq!(n, 1);
}

#[trace_memory]
fn returned(value: Noisy) -> impl Future<Output = Noisy> {
    let before = noisy("before");
    before.look();
    async move {
        let value = value;
        let inner = noisy("inner");
        pause().await;
        value.is("_tmp");
        value
    }
}

#[trace_memory]
fn returned_borrowing<'a>(value: &'a Noisy) -> impl Future<Output = bool> + use<'a> {
    async move {
        let inner = noisy("inner");
        pause().await;
        inner.look() && value.look()
    }
}

fn returned_futures() {
    drop(run(returned(noisy("value"))));
    cancel(returned(noisy("value")), 1);
    cancel(returned(noisy("_tmp")), 0);
    let lent = noisy("_tmp");
    run(returned_borrowing(&lent));
    cancel(returned_borrowing(&lent), 1);
}

struct Task<F> {
    tag: Noisy,
    future: F,
}

#[trace_memory]
fn stored_in_a_struct() {
    let a = noisy("a");
    let mut task = Task {
        tag: noisy("task"),
        future: Box::pin(async {
            let inner = noisy("inner");
            pause().await;
            look(&(&inner, &a));
        }),
    };
    assert!(poll(&mut task.future).is_pending());
}

#[trace_memory]
fn stored_in_a_vector() {
    let mut quiet_tasks: Vec<Boxed<'_, u8>> = Vec::new();
    for n in 0..3 {
        let each = noisy("each");
        quiet_tasks.push(Box::pin(async move {
            let each = each;
            Pause(n).await;
            each.look();
            n as u8
        }));
    }
    let mut sum = 0;
    for task in &mut quiet_tasks {
        if let Poll::Ready(n) = poll(task) {
            sum += n;
        }
    }
    quiet_tasks.swap_remove(0);
    assert!(poll(&mut quiet_tasks[1]).is_ready());
}

#[trace_memory]
async fn part(name: &'static str, pauses: u32) -> u8 {
    let part = noisy("part");
    Pause(pauses).await;
    part.look();
    pauses as u8
}

#[trace_memory]
async fn selects(left: u32, right: u32) -> u8 {
    let around = noisy("around");
    let mut quiet_left = pin!(part("left", left));
    let mut quiet_right = Box::pin(part("right", right));
    let first = future::poll_fn(|context| {
        if let Poll::Ready(n) = quiet_left.as_mut().poll(context) {
            return Poll::Ready(n);
        }
        quiet_right.as_mut().poll(context)
    })
    .await;
    around.look();
    first
}

fn select_by_hand() {
    assert_eq!(run(selects(1, 2)), 1);
    assert_eq!(run(selects(2, 1)), 1);
    cancel(selects(5, 5), 3);
}

#[trace_memory]
async fn joins(quiet_left: impl Future<Output = u8>, quiet_right: impl Future<Output = u8>) -> u8 {
    let around = noisy("around");
    let (mut quiet_left, mut quiet_right) = (Box::pin(quiet_left), Box::pin(quiet_right));
    let (mut left, mut right) = (None, None);
    future::poll_fn(|context| {
        if left.is_none() {
            left = ready(quiet_left.as_mut().poll(context));
        }
        if right.is_none() {
            right = ready(quiet_right.as_mut().poll(context));
        }
        if left.is_some() && right.is_some() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    around.look();
    left.unwrap_or(0) + right.unwrap_or(0)
}

fn ready<T>(poll: Poll<T>) -> Option<T> {
    match poll {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

fn join_by_hand() {
    assert_eq!(run(joins(part("left", 1), part("right", 2))), 3);
    cancel(joins(part("left", 1), part("right", 3)), 2);
}

trait Service {
    async fn call(&self, value: Noisy) -> Noisy;

    #[trace_memory]
    async fn twice(&self, value: Noisy) -> Noisy {
        let provided = noisy("provided");
        let value = self.call(value).await;
        provided.look();
        self.call(value).await
    }

    fn boxed<'a>(&'a self, value: Noisy) -> Boxed<'a, bool>;
}

struct Echo;

impl Service for Echo {
    #[trace_memory]
    async fn call(&self, value: Noisy) -> Noisy {
        let inside = noisy("inside");
        pause().await;
        value
    }

    #[trace_memory]
    fn boxed<'a>(&'a self, value: Noisy) -> Boxed<'a, bool> {
        Box::pin(async move {
            let value = value;
            let inside = noisy("inside");
            pause().await;
            value.look() && inside.look()
        })
    }
}

#[trace_memory]
async fn serves<S: Service>(service: &S) -> bool {
    let served = service.twice(noisy("served")).await;
    let quiet_dynamic = service.boxed(noisy("value")).await;
    served.look() && quiet_dynamic
}

fn traits() {
    run(serves(&Echo));
    for polls in 3..=3 {
        cancel(serves(&Echo), polls);
    }
}

#[trace_memory]
async fn makes() -> impl Iterator<Item = Noisy> {
    let other = noisy("other");
    pause().await;
    [noisy("_tmp"), noisy("_tmp")].into_iter()
}

fn returns_impl() {
    assert_eq!(run(makes()).count(), 2);
    cancel(makes(), 1);
}

#[trace_memory]
async fn operands() -> bool {
    let a = noisy("a");
    let sum = slow(1).await + slow(2).await * slow(3).await;
    let both = slow(a.look()).await && slow(sum == 7).await;
    let list = [noisy("list.0"), slow(noisy("list.1")).await];
    let pair = Pair { left: noisy("pair.left"), right: slow(noisy("pair.right")).await };
    let tagged = Tagged { tag: slow(2).await, ..tagged("tagged") };
    let index = list[slow(1).await].look();
    let quiet_text = format!("{} {}", slow(1).await, a.look_slowly().await);
    both && index && !quiet_text.is_empty() && !slow(false).await
}

fn operands_everywhere() {
    assert!(run(operands()));
    cancel(operands(), 1);
    cancel(operands(), 5);
}

#[trace_memory]
async fn scrutinees() -> u8 {
    let a = noisy("a");
    if a.look_slowly().await {
        let b = noisy("b");
        b.look_slowly().await;
    }
    if let Some(c) = slow(noisy("c").give()).await {
        c.look_slowly().await;
    }
    match slow((noisy("d"), 2)).await {
        (d, 1) => drop(d),
        (d, n) if slow(n == 2).await => {
            pause().await;
        }
        _ => {}
    }
    let Some(e) = slow(noisy("e").give()).await else { return 0 };
    let mut n = 0;
    while let Some(f) = slow((n < 2).then(|| noisy("f"))).await {
        n += 1;
        f.look_slowly().await;
    }
    for each in slow([noisy("each")]).await {
        each.look_slowly().await;
    }
    match a.look_slowly().await {
        true => noisy("_tmp").look_slowly().await as u8,
        false => 0,
    }
}

fn conditions_and_scrutinees() {
    run(scrutinees());
    cancel(scrutinees(), 4);
}

#[trace_memory]
async fn chains() -> u8 {
    let a = noisy("_tmp");
    let length = a.slow().await.pass().slow().await.give().map_or(0, |inner| {
        inner.is("inner");
        1
    });
    let b = noisy("b");
    let looked = b.look_slowly().await as u8;
    let quiet_text = part("part", 1).await.to_string().len() as u8;
    length + looked + quiet_text
}

fn chained() {
    assert_eq!(run(chains()), 3);
    cancel(chains(), 3);
}

#[trace_memory]
async fn tail() -> bool {
    let a = noisy("_tmp");
    let b = noisy("b");
    a.slow().await.look()
}

#[trace_memory]
async fn tail_of_block() -> bool {
    let a = noisy("a");
    let looked = {
        let b = noisy("b");
        b.look_slowly().await
    };
    if looked { a.look_slowly().await } else { false }
}

fn tails() {
    run(tail());
    run(tail_of_block());
    cancel(tail(), 1);
    cancel(tail_of_block(), 1);
    cancel(tail_of_block(), 2);
}

#[trace_memory]
async fn temporaries() {
    let a = noisy("a");
    look(&(noisy("_tmp"), pause().await));
    match (&noisy("_tmp"), slow(1).await) {
        (held, n) => {
            let b = noisy("b");
            pause().await;
            held.look();
        }
    }
    noisy("_tmp").look_slowly().await;
    let kept = &noisy("_tmp");
    pause().await;
    kept.look();
}

fn temporaries_across_await() {
    run(temporaries());
    for polls in 1..=5 {
        cancel(temporaries(), polls);
    }
}

#[trace_memory]
async fn into_blocks(value: Noisy) -> Noisy {
    let value = async move {
        let inner = noisy("inner");
        pause().await;
        value
    }
    .await;
    async { value.look() }.await;
    let quiet_ready = future::ready(value);
    quiet_ready.await
}

fn moves_into_blocks() {
    run(into_blocks(noisy("_tmp")));
    cancel(into_blocks(noisy("_tmp")), 1);
}

#[trace_memory]
async fn closure_gives_future() {
    let a = noisy("a");
    let make = |n: u8| {
        let made = noisy("made");
        async move {
            let inside = noisy("inside");
            pause().await;
            made.is("_tmp");
            n
        }
    };
    assert_eq!(make(1).await + make(2).await, 3);
    let quiet_short = |value: Noisy| async move { value.look_slowly().await };
    quiet_short(noisy("_tmp")).await;
    a.look();
}

fn closures_returning_futures() {
    run(closure_gives_future());
}

#[trace_memory]
async fn async_closures() {
    let a = noisy("a");
    let b = noisy("b");
    let call = async |name: &'static str| {
        let inside = noisy("inside");
        pause().await;
        a.look() && inside.look()
    };
    call("one").await;
    let quiet_takes = async |first: Noisy, second: Noisy| {
        let made = pair("_tmp", "_tmp");
        first.look_slowly().await;
        drop(second);
        made
    };
    let quiet_both = quiet_takes(noisy("first"), noisy("second")).await;
    quiet_both.right.look();
    let quiet_unpolled = quiet_takes(noisy("_tmp"), noisy("_tmp"));
    drop(quiet_unpolled);
    b.is("_tmp");
    let quiet_once = async move || b.look();
    quiet_once().await;
    a.look();
}

fn closures_that_are_async() {
    run(async_closures());
    cancel(async_closures(), 1);
}

macro_rules! wait {
    ($future:expr) => {
        $future.await
    };
}

macro_rules! pauses {
    () => {
        pause().await
    };
}

#[trace_memory]
async fn hidden_await() -> bool {
    let a = noisy("a");
    pauses!();
    let b = wait!(slow(noisy("_tmp")));
    b.is("b");
    let c = noisy("c");
    wait!(c.look_slowly());
    look(&(&a, &b));
    wait!(pause());
    yes()
}

fn macros_that_await() {
    run(hidden_await());
    for polls in 1..=4 {
        cancel(hidden_await(), polls);
    }
}

#[trace_memory]
fn polled_in_two_places() {
    let mut quiet_future = Box::pin(part("part", 2));
    {
        let here = noisy("here");
        assert!(poll(&mut quiet_future).is_pending());
    }
    finish(quiet_future);
}

#[trace_memory]
fn finish<F: Future + Unpin>(mut quiet_future: F) {
    let there = noisy("there");
    assert!(poll(&mut quiet_future).is_pending());
}

#[trace_memory]
fn dropped_inside_another() {
    let mut quiet_outer = Box::pin(part("outer", 1));
    assert!(poll(&mut quiet_outer).is_pending());
    run(async {
        let inner = noisy("inner");
        drop(quiet_outer);
        pause().await;
    });
}

programs! {
    borrowing_block
    moving_block
    moving_block_takes
    block_takes_without_move
    unpolled_block
    nesting
    block_with_question
    returned_futures
    stored_in_a_struct
    stored_in_a_vector
    select_by_hand
    join_by_hand
    traits
    returns_impl
    operands_everywhere
    conditions_and_scrutinees
    chained
    tails
    temporaries_across_await
    moves_into_blocks
    closures_returning_futures
    closures_that_are_async
    macros_that_await
    polled_in_two_places
    dropped_inside_another
}
