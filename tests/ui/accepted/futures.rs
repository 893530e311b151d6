#![deny(warnings)]
#![deny(unsafe_op_in_unsafe_fn)]

use trace_memory::trace_memory;

use std::convert::TryInto;
use std::fmt::Display;
use std::future::Future;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

fn run<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return output;
        }
    }
}

fn spawn<F>(future: F) -> F::Output
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    std::thread::spawn(|| run(future)).join().unwrap()
}

fn shared<T: Send + Sync>(value: T) -> T {
    value
}

struct Pause(bool);

impl Future for Pause {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) { Poll::Ready(()) } else { Poll::Pending }
    }
}

#[trace_memory]
async fn owned(text: String, mut list: Vec<String>) -> usize {
    let local = text.clone();
    Pause(false).await;
    list.push(text);
    local.len() + list.len()
}

#[trace_memory]
async fn not_send(text: Rc<String>) -> Rc<String> {
    let other = Rc::clone(&text);
    Pause(false).await;
    assert_eq!(Rc::strong_count(&other), 2);
    text
}

/// `Rc` is gone before the future stops: it is `Send`.
#[trace_memory]
async fn send_in_the_end(text: String) -> usize {
    let length = {
        let counted = Rc::new(text);
        counted.len()
    };
    Pause(false).await;
    length
}

#[trace_memory]
async fn elided(text: &str, other: &mut String) -> usize {
    let owned = text.to_owned();
    Pause(false).await;
    other.push_str(&owned);
    other.len()
}

#[trace_memory]
async fn borrows<'a>(left: &'a str, right: &str) -> &'a str {
    let owned = right.to_owned();
    Pause(false).await;
    if left.len() > owned.len() { left } else { "" }
}

#[trace_memory]
fn returns<'a>(text: &'a str) -> impl Future<Output = &'a str> + Send {
    let length = text.len();
    async move {
        let owned = text.to_owned();
        Pause(false).await;
        &text[length - owned.len()..]
    }
}

#[trace_memory]
fn boxed<'a>(text: &'a str, depth: usize) -> Pin<Box<dyn Future<Output = usize> + Send + 'a>> {
    Box::pin(async move {
        let owned = text.to_owned();
        Pause(false).await;
        if depth == 0 { owned.len() } else { boxed(&owned, depth - 1).await + 1 }
    })
}

#[trace_memory]
async fn generic<T, const N: usize>(values: [T; N], last: impl Display) -> Option<String>
where
    T: Display + 'static,
{
    let mut text = String::new();
    for value in values {
        Pause(false).await;
        text += &value.to_string();
    }
    let first = text.chars().next()?;
    text.push(first);
    text += &last.to_string();
    Some(text)
}

#[derive(Debug)]
enum Error {
    Number(std::num::ParseIntError),
    Boxed,
}

impl From<std::num::ParseIntError> for Error {
    fn from(error: std::num::ParseIntError) -> Self {
        Self::Number(error)
    }
}

impl From<Box<dyn std::error::Error>> for Error {
    fn from(_: Box<dyn std::error::Error>) -> Self {
        Self::Boxed
    }
}

#[trace_memory]
async fn fallible(text: String) -> Result<Box<dyn Display + Send>, Error> {
    let number: u32 = text.parse()?;
    Pause(false).await;
    let doubled = async {
        let text = text.clone();
        let number: u32 = text.parse()?;
        Ok::<_, Error>(number * 2)
    };
    if number > 5 {
        return Err(Box::<dyn std::error::Error>::from("too large"))?;
    }
    Ok(Box::new(number + doubled.await?))
}

#[trace_memory]
async fn opaque(list: Vec<u32>) -> impl Iterator<Item = u32> + Send {
    Pause(false).await;
    list.into_iter().map(|number| number + 1)
}

#[trace_memory]
async fn never(text: String) -> ! {
    loop {
        let round = text.clone();
        Pause(false).await;
        if !round.is_empty() {
            std::process::exit(round.len().try_into().unwrap());
        }
    }
}

/// # Safety
///
/// The pointer is valid.
#[trace_memory]
async unsafe fn reads(pointer: *const String) -> usize {
    Pause(false).await;
    // SAFETY: the caller passes a valid pointer.
    let text = unsafe { &*pointer };
    text.len()
}

trait Service {
    fn call(&self, text: String) -> impl Future<Output = usize> + Send;

    #[allow(async_fn_in_trait)]
    async fn open(&mut self, text: &str) -> String;
}

struct Echo(String);

impl Service for Echo {
    #[trace_memory]
    async fn call(&self, text: String) -> usize {
        let local = text.clone();
        Pause(false).await;
        self.0.len() + local.len()
    }

    #[trace_memory]
    async fn open(&mut self, text: &str) -> String {
        Pause(false).await;
        self.0.push_str(text);
        self.0.clone()
    }
}

impl Echo {
    #[trace_memory]
    async fn consumed(mut self, more: Self) -> Self {
        Pause(false).await;
        self.0 += &more.0;
        self
    }

    #[trace_memory(name = "pinned", values)]
    pub(crate) async fn pinned(self: Pin<&mut Self>) -> &str {
        Pause(false).await;
        &self.get_mut().0
    }
}

#[trace_memory]
async fn unused_parameters(_: String, _text: String, (_, kept): (String, String)) -> usize {
    kept.len()
}

#[trace_memory]
async fn empty() {}

#[trace_memory(skip)]
async fn skipped(text: String) -> usize {
    text.len()
}

/// Names that the expansion might want for itself.
#[trace_memory]
async fn hostile(future: String, frame: String, context: u32, param0: (String, u32)) -> usize {
    let (result, poll) = param0;
    let any = async { future.len() };
    let r#await = any.await;
    let ready = async move { frame.len() }.await;
    r#await + ready + result.len() + (context + poll) as usize
}

#[trace_memory]
fn main() {
    let text = |text: &str| String::from(text);
    assert_eq!(spawn(owned(text("a"), vec![text("b")])), 3);
    drop(shared(owned(text("a"), Vec::new())));
    assert_eq!(*run(not_send(Rc::new(text("a")))), "a");
    assert_eq!(spawn(send_in_the_end(text("ab"))), 2);
    let mut changed = text("a");
    assert_eq!(run(elided("b", &mut changed)), 2);
    assert_eq!(run(borrows("abc", &text("a"))), "abc");
    assert_eq!(spawn(returns("abc")), "abc");
    assert_eq!(spawn(boxed("abc", 2)), 5);
    assert_eq!(spawn(generic([1, 2], 'x')).unwrap(), "121x");
    assert_eq!(run(fallible(text("2"))).unwrap().to_string(), "6");
    assert!(matches!(run(fallible(text("x"))), Err(Error::Number(error)) if !error.to_string().is_empty()));
    assert!(matches!(run(fallible(text("6"))), Err(Error::Boxed)));
    assert_eq!(spawn(opaque(vec![1, 2])).sum::<u32>(), 5);
    drop(never(text("a")));
    // SAFETY: the pointer is of a live local.
    assert_eq!(run(unsafe { reads(&raw const changed) }), 2);
    let mut echo = Echo(text("e"));
    assert_eq!(run(echo.call(text("ab"))), 3);
    assert_eq!(run(echo.open("f")), "ef");
    let mut echo = run(echo.consumed(Echo(text("g"))));
    assert_eq!(run(Pin::new(&mut echo).pinned()), "efg");
    assert_eq!(run(unused_parameters(text("a"), text("b"), (text("c"), text("de")))), 2);
    run(empty());
    assert_eq!(run(skipped(text("a"))), 1);
    assert_eq!(run(hostile(text("a"), text("b"), 1, (text("c"), 2))), 6);
}
