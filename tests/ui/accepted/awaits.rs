#![deny(warnings)]
#![forbid(unsafe_code)]

use trace_memory::trace_memory;

use std::fmt::Debug;
use std::future::{Future, IntoFuture, Ready, ready};
use std::panic::{AssertUnwindSafe, UnwindSafe};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

fn run<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return output;
        }
    }
}

#[derive(Clone, Debug)]
struct Pause(bool);

impl Future for Pause {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) { Poll::Ready(()) } else { Poll::Pending }
    }
}

fn pause() -> Pause {
    Pause(false)
}

/// Ready at the second poll.
async fn later<T>(value: T) -> T {
    pause().await;
    value
}

mod shapes {
    #[derive(Debug, PartialEq)]
    pub(crate) struct Point(pub(crate) String);

    pub(crate) enum Kind {
        Point,
        Line,
    }
}

use shapes::{Kind, Point};

macro_rules! wait {
    ($future:expr) => {
        $future.await
    };
}

/// `Point` is a variant inside of the body, and the type outside.
#[trace_memory]
async fn shadowed(kind: Kind, text: String) -> Point {
    use shapes::Kind::*;
    let point = make(text);
    match kind {
        Point => later(point).await,
        Line => make(String::new()),
    }
}

/// The same where it cannot be seen what is awaited.
#[trace_memory]
async fn shadowed_and_hidden(kind: Kind, text: String) -> Point {
    use shapes::Kind::*;
    let point = make(text);
    match kind {
        Point => wait!(later(point)),
        Line => make(String::new()),
    }
}

fn make(text: String) -> Point {
    Point(text)
}

struct Builder(String);

impl Builder {
    async fn own(&self, text: String) -> String {
        pause().await;
        format!("{}{text}", self.0)
    }

    async fn borrow<'a>(&'a self, text: &'a str) -> &'a str {
        pause().await;
        if text.is_empty() { &self.0 } else { text }
    }
}

/// What the tail awaits borrows from a local.
#[trace_memory]
async fn tail_of_a_local(text: String) -> String {
    let builder = Builder(text.clone());
    builder.own(text.clone()).await
}

#[trace_memory]
async fn tail_of_a_part(text: String) -> Option<String> {
    let builders = vec![Builder(text)];
    Some(builders.first()?.own(String::from("b")).await)
}

#[trace_memory]
async fn tail_of_a_borrow(text: String) -> usize {
    let builder = Builder(text);
    builder.borrow(&String::from("abc")).await.len()
}

/// In the arguments of macros, and where temporaries are alive.
#[trace_memory]
async fn arguments(text: String) -> String {
    let list = vec![later(text.clone()).await, later(String::from("b")).await];
    println!("{} {:?}", later(list.len()).await, later(&list).await);
    let all = format!("{}{rest}", list[0], rest = later(text).await);
    assert_eq!(later(2).await, list.len());
    match (&String::from("x"), later(1).await) {
        (held, 1) => later(held.clone()).await + &all,
        _ => all,
    }
}

#[trace_memory]
async fn control_flow(mut list: Vec<String>) -> Result<usize, String> {
    let mut sum = 0;
    'all: loop {
        while let Some(text) = later(list.pop()).await {
            if later(text.is_empty()).await {
                continue 'all;
            }
            sum += match later(text.parse::<usize>()).await {
                Ok(0) => break 'all,
                Ok(number) if later(number > 5).await => return Err(later(text).await),
                Ok(number) => number,
                Err(error) => Err(later(error.to_string()).await)?,
            };
        }
        break;
    }
    for each in later(list).await {
        let Some(first) = later(each.chars().next()).await else { continue };
        sum += later(Ok::<_, String>(first.len_utf8())).await?;
    }
    Ok(sum)
}

struct Request(String);

impl IntoFuture for Request {
    type IntoFuture = Ready<String>;
    type Output = String;

    fn into_future(self) -> Ready<String> {
        ready(self.0)
    }
}

#[trace_memory]
async fn into_futures(text: String) -> usize {
    let request = Request(text);
    let mut pinned = pin!(later(String::from("b")));
    let boxed: Pin<Box<dyn Future<Output = String> + Send>> = Box::pin(later(String::from("c")));
    request.await.len() + (&mut pinned).await.len() + boxed.await.len()
}

/// The trait names the future's type.
trait Service {
    type Answer: Debug;

    fn answer(&self, text: String) -> impl Future<Output = Self::Answer> + Send;
}

impl Service for Builder {
    type Answer = String;

    #[trace_memory]
    async fn answer(&self, text: String) -> Self::Answer {
        later(self.0.clone()).await + &later(text).await
    }
}

#[trace_memory]
async fn generic<S: Service + Sync>(service: &S, texts: impl IntoIterator<Item = String>) -> Vec<S::Answer> {
    let mut answers = Vec::new();
    for text in texts {
        answers.push(service.answer(text).await);
    }
    answers
}

#[trace_memory]
async fn recursion(text: String, depth: u8) -> usize {
    if depth == 0 {
        return text.len();
    }
    let longer = format!("{text}{depth}");
    Box::pin(recursion(longer, depth - 1)).await
}

#[trace_memory]
async fn async_closures(text: String) -> String {
    let mut count = 0;
    let add = async |more: String| {
        let all = text.clone() + &more;
        later(all.len()).await;
        all
    };
    let mut counts = async || {
        count += later(1).await;
        count
    };
    let first = add(String::from("b")).await;
    counts().await;
    let once = async move |end: &str| first + end;
    let all = once("c").await;
    format!("{all}{}", count)
}

fn unwinds<T: UnwindSafe>(future: T) -> T {
    future
}

#[trace_memory]
async fn caught(text: String) -> usize {
    let length = text.len();
    let local = length + 1;
    local
}

#[trace_memory]
fn main() {
    let text = String::from;
    assert_eq!(run(shadowed(Kind::Point, text("a"))), Point(text("a")));
    assert_eq!(run(shadowed(Kind::Line, text("a"))), Point(text("")));
    assert_eq!(run(shadowed_and_hidden(Kind::Point, text("a"))), Point(text("a")));
    assert_eq!(run(tail_of_a_local(text("a"))), "aa");
    assert_eq!(run(tail_of_a_part(text("a"))).as_deref(), Some("ab"));
    assert_eq!(run(tail_of_a_borrow(text("a"))), 3);
    assert_eq!(run(arguments(text("a"))), "xaa");
    assert_eq!(run(control_flow(vec![text("1"), text("2")])), Ok(3));
    assert_eq!(run(control_flow(vec![text("ab"), text("0"), text("2")])), Ok(3));
    assert_eq!(run(control_flow(vec![text("9")])), Err(text("9")));
    assert!(run(control_flow(vec![text("x")])).is_err());
    assert_eq!(run(into_futures(text("a"))), 3);
    assert_eq!(run(generic(&Builder(text("a")), [text("b"), text("c")])), ["ab", "ac"]);
    assert_eq!(run(recursion(text("a"), 3)), 4);
    assert_eq!(run(async_closures(text("a"))), "abc1");
    let future = unwinds(AssertUnwindSafe(caught(text("a"))));
    assert_eq!(run(future.0), 2);
}
