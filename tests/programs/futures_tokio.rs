//! Two thousand tasks on four workers, many of them cancelled: aborted, outrun in a `select!`, timed out,
//! dropped with their `JoinSet`, or never polled.
//!
//! Each task logs its activations (`+function`, `-function` where it gets to its end) and its drops. A task
//! marked `~` is cancelled at a moment that differs from run to run; the others end at a chosen step.
#![expect(clippy::print_stdout, reason = "the log is what the program is about")]

mod futures_way;

use std::future::{self, Future};
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::sync::{mpsc, oneshot};
use tokio::task::{JoinSet, yield_now};
use tokio::time::{sleep, timeout};
use trace_memory::trace_memory;

use futures_way::{LOG, Logged, Way, mixed};

const TASKS: u32 = 2000;
const FORMS: u32 = 10;

/// The root of a task.
#[trace_memory(values)]
async fn task(id: u32, quiet_way: Arc<Way>) {
    quiet_way.starts("+task");
    let first = quiet_way.value("first");
    quiet_way.step().await;
    let second = quiet_way.value("second");
    let sum = match id % FORMS {
        0 => outer(&quiet_way, quiet_way.value("given")).await,
        1 => joined(&quiet_way).await,
        2 => selected(&quiet_way).await,
        3 => raced(&quiet_way).await,
        4 => timed(&quiet_way).await,
        5 => deep(&quiet_way, 3).await,
        6 => methods(&quiet_way).await,
        7 => quiet_way.boxed(quiet_way.value("value")).await,
        8 => blocks(&quiet_way).await,
        _ => channels(&quiet_way).await,
    };
    drop(second);
    quiet_way.step().await;
    assert!(sum + first.touch() > 0, "something has been done");
    quiet_way.ends("-task");
}

#[trace_memory]
async fn outer(way: &Way, given: Logged) -> u32 {
    way.starts("+outer");
    let before = way.value("before");
    way.step().await;
    let sum = middle(way, given).await + before.touch();
    let after = way.value("after");
    way.step().await;
    way.ends("-outer");
    sum + after.touch()
}

#[trace_memory]
async fn middle(way: &Way, given: Logged) -> u32 {
    way.starts("+middle");
    let quiet_unpolled = Holder { way, held: way.value("_unpolled") }.by_value();
    let mut sum = 0;
    for _ in 0..2 {
        let each = way.value("each");
        sum += leaf(way).await + each.touch();
    }
    drop(quiet_unpolled);
    way.step().await;
    way.ends("-middle");
    sum + given.touch()
}

#[trace_memory]
async fn leaf(way: &Way) -> u32 {
    way.starts("+leaf");
    let local = way.value("local");
    way.step().await;
    {
        let inner = way.value("inner");
        way.step().await;
        inner.touch();
    }
    let mut changed = way.value("changed");
    way.step().await;
    changed = way.value("changed");
    way.step().await;
    way.ends("-leaf");
    local.touch() + changed.touch()
}

#[trace_memory]
async fn joined(way: &Way) -> u32 {
    way.starts("+joined");
    let around = way.value("around");
    let (left, right, other) = tokio::join!(leaf(way), leaf(way), outer(way, way.value("given")));
    way.step().await;
    way.ends("-joined");
    left + right + other + around.touch()
}

/// The loser of the `select!` has stopped at its step.
#[trace_memory]
async fn selected(way: &Way) -> u32 {
    way.starts("+selected");
    let around = way.value("around");
    let quiet_loser = Way::new(way.task, u32::try_from(way.random(5)).unwrap_or(0));
    let sum = tokio::select! {
        sum = leaf(&quiet_loser) => sum,
        () = quiet_loser.stopped.notified() => 1,
    };
    way.step().await;
    way.ends("-selected");
    sum + around.touch()
}

/// Either may win.
#[trace_memory]
async fn raced(way: &Way) -> u32 {
    way.starts("+raced");
    let around = way.value("around");
    let mut sum = 0;
    for _ in 0..3 {
        let each = way.value("each");
        sum += tokio::select! {
            sum = leaf(way) => sum,
            sum = deep(way, 1) => sum,
            () = sleep(Duration::from_micros(way.random(400))) => 1,
        };
        sum += each.touch();
    }
    way.ends("-raced");
    sum + around.touch()
}

#[trace_memory]
async fn timed(way: &Way) -> u32 {
    way.starts("+timed");
    let around = way.value("around");
    let limit = Duration::from_micros(way.random(2000));
    let sum = timeout(limit, leaf(way)).await.unwrap_or(1);
    let never = timeout(Duration::ZERO, future::pending::<u32>()).await;
    way.ends("-timed");
    sum + never.unwrap_or(1) + around.touch()
}

#[trace_memory]
async fn deep(way: &Way, depth: u32) -> u32 {
    way.starts("+deep");
    let here = way.value("here");
    way.step().await;
    let below = if depth == 0 { 0 } else { Box::pin(deep(way, depth - 1)).await };
    way.step().await;
    way.ends("-deep");
    below + here.touch()
}

struct Holder<'w> {
    way: &'w Way,
    held: Logged,
}

impl Holder<'_> {
    #[trace_memory]
    async fn by_reference(&self) -> u32 {
        self.way.starts("+by_reference");
        let local = self.way.value("local");
        self.way.step().await;
        self.way.ends("-by_reference");
        local.touch() + self.held.touch()
    }

    #[trace_memory]
    async fn by_value(self) -> u32 {
        self.way.starts("+by_value");
        let local = self.way.value("local");
        let sum = self.by_reference().await;
        self.way.step().await;
        self.way.ends("-by_value");
        sum + local.touch()
    }
}

#[trace_memory]
async fn methods(way: &Way) -> u32 {
    way.starts("+methods");
    let holder = Holder { way, held: way.value("holder") };
    let sum = holder.by_reference().await;
    let moved = Holder { way, held: way.value("self") };
    let sum = sum + moved.by_value().await;
    way.step().await;
    way.ends("-methods");
    sum
}

/// As `async_trait` writes it.
trait Service {
    fn boxed<'s>(&'s self, value: Logged) -> Pin<Box<dyn Future<Output = u32> + Send + 's>>;
}

impl Service for Way {
    #[trace_memory]
    fn boxed<'s>(&'s self, value: Logged) -> Pin<Box<dyn Future<Output = u32> + Send + 's>> {
        Box::pin(async move {
            let value = value;
            let inside = self.value("inside");
            self.step().await;
            leaf(self).await + value.touch() + inside.touch()
        })
    }
}

#[trace_memory]
async fn blocks(way: &Way) -> u32 {
    way.starts("+blocks");
    let around = way.value("around");
    let sum = async {
        let first = way.value("first");
        way.step().await;
        let sum = async move { leaf(way).await }.await;
        sum + first.touch()
    }
    .await;
    way.step().await;
    way.ends("-blocks");
    sum + around.touch()
}

/// Values that come from another task.
#[trace_memory]
async fn channels(way: &Way) -> u32 {
    way.starts("+channels");
    let (quiet_sender, mut quiet_receiver) = mpsc::channel(1);
    let (quiet_one, quiet_later) = oneshot::channel();
    let task = way.task;
    let quiet_handle = tokio::spawn(async move {
        for _ in 0..3 {
            if quiet_sender.send(Logged { task, name: "received" }).await.is_err() {
                return;
            }
        }
        quiet_one.send(1).expect("the task waits for it");
    });
    let mut sum = 0;
    while let Some(received) = quiet_receiver.recv().await {
        sum += received.touch();
    }
    sum += quiet_later.await.unwrap_or(0);
    drop(quiet_handle);
    way.step().await;
    way.ends("-channels");
    sum
}

/// How a task may end before its end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Own,
    /// Aborted at a step.
    Stopped,
    /// Aborted at any time, perhaps before the first poll.
    Aborted,
    /// Its set is dropped.
    Set,
    Unpolled,
}

fn end(id: u32) -> End {
    // What a channel held would be dropped by nobody's frame.
    let may_be_aborted = id % FORMS != 9;
    // Where futures take turns, their steps differ from run to run.
    let may_stop = may_be_aborted && !matches!(id % FORMS, 1 | 3 | 4);
    match mixed(u64::from(id) << 20) % 10 {
        0..=2 if may_stop => End::Stopped,
        0..=3 if may_be_aborted => End::Aborted,
        4 if may_be_aborted => End::Set,
        5 => End::Unpolled,
        _ => End::Own,
    }
}

async fn one(id: u32, end: End) {
    let way = Way::new(id, u32::MAX);
    match end {
        End::Unpolled => drop(Box::pin(task(id, way))),
        End::Own => tokio::spawn(task(id, way)).await.expect("it ends"),
        End::Stopped => {
            let steps = u32::try_from(mixed(u64::from(id)) % 8).unwrap_or(0);
            way.left.store(steps, Ordering::Relaxed);
            let mut handle = tokio::spawn(task(id, Arc::clone(&way)));
            tokio::select! {
                outcome = &mut handle => outcome.expect("it has fewer steps"),
                () = way.stopped.notified() => {
                    handle.abort();
                    assert!(handle.await.is_err_and(|error| error.is_cancelled()), "it has stopped");
                }
            }
        }
        End::Aborted => {
            let handle = tokio::spawn(task(id, way));
            for _ in 0..mixed(u64::from(id)) % 20 {
                yield_now().await;
            }
            handle.abort();
            drop(handle.await);
        }
        End::Set => {
            let mut set = JoinSet::new();
            set.spawn(task(id, way));
            drop(timeout(Duration::from_micros(mixed(u64::from(id)) % 500), set.join_next()).await);
        }
    }
}

/// All tasks, a number of them at a time.
async fn all() {
    let mut running = JoinSet::new();
    for id in 0..TASKS {
        running.spawn(one(id, end(id)));
        if running.len() >= 64 {
            running.join_next().await;
        }
    }
    while running.join_next().await.is_some() {}
}

#[trace_memory]
fn main() {
    let quiet_runtime =
        Builder::new_multi_thread().worker_threads(4).enable_time().build().expect("it starts");
    quiet_runtime.block_on(all());
    // Waits for the tasks of dropped sets, too.
    drop(quiet_runtime);
    let log = LOG.lock().unwrap_or_else(PoisonError::into_inner);
    for (task, what) in log.iter() {
        let racy = matches!(end(*task), End::Aborted | End::Set) || matches!(task % FORMS, 3 | 4);
        println!("{}{task} {what}", if racy { "~" } else { "" });
    }
}
