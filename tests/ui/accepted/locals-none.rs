//! `locals = none`: the body is as it was written, so that whatever compiles without the attribute does with it.
#![deny(warnings)]

use std::cell::RefCell;
use std::fmt::Debug;
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use trace_memory::trace_memory;

struct Told(&'static str);

impl Drop for Told {
    fn drop(&mut self) {
        println!("{} goes", self.0);
    }
}

/// A guard would not know how long the parameter lives.
#[trace_memory(locals = none)]
fn keeps<'a>(this: &'a mut String, all: &mut Vec<&'a mut String>) {
    all.push(this);
}

#[trace_memory(locals = none)]
fn drops(_: Told, first: Told, (second, _): (Told, Told), mut third: Told) -> usize {
    #![allow(clippy::needless_pass_by_value)]
    use std::mem::replace;
    const LENGTH: usize = 5;
    let local = replace(&mut third, Told("fourth"));
    println!("{} {} {}", first.0, second.0, local.0);
    LENGTH
}

#[trace_memory(locals = none)]
fn tail(text: &str) -> usize {
    let cell = RefCell::new(text.to_owned());
    let length = cell.borrow().len();
    length
}

#[trace_memory(locals = none)]
fn closures(texts: &[String]) -> impl Fn(&str) -> Option<usize> + '_ {
    move |text| texts.iter().position(|other| other == text)
}

#[trace_memory(locals = none)]
#[track_caller]
fn line() -> u32 {
    Location::caller().line()
}

#[trace_memory(locals = none)]
fn never(code: Result<u8, String>) -> ! {
    match code {
        Ok(code) => std::process::exit(code.into()),
        Err(text) => std::panic::resume_unwind(Box::new(text)),
    }
}

#[trace_memory(locals = none)]
fn boxed(number: u8) -> Box<dyn Debug> {
    if number > 3 {
        return Box::new(number);
    }
    Box::new("few")
}

#[trace_memory(locals = none)]
unsafe fn reads(number: *const u32) -> u32 {
    // SAFETY: the caller gives a pointer to a live number.
    unsafe { *number }
}

#[trace_memory(locals = none)]
extern "C" fn foreign(number: u32) -> u32 {
    number + 1
}

macro_rules! made {
    ($name:ident, $body:block, $value:expr) => {
        #[trace_memory(locals = none)]
        fn $name() -> u32 $body

        mod inside {
            #[::trace_memory::trace_memory(locals = none)]
            pub(super) fn product() -> u32 {
                2 * $value
            }
        }
    };
}

made!(made, { 3 }, 1 + 2);

#[trace_memory(locals = none)]
trait Named {
    fn name(&self) -> String;

    fn twice(&self) -> String {
        [self.name(), self.name()].concat()
    }

    fn into_name(self) -> String
    where
        Self: Sized,
    {
        self.name()
    }
}

#[trace_memory(locals = none)]
impl Named for Told {
    fn name(&self) -> String {
        self.0.to_owned()
    }
}

#[trace_memory(locals = none)]
impl Told {
    const fn new(name: &'static str) -> Self {
        Self(name)
    }

    async fn sent(self, first: Self, _: Self, (second, _third): (Self, Self), times: usize) -> usize {
        let local = Self("local");
        Pause(false).await;
        println!("{} {} {}", second.0, local.0, first.0);
        times
    }

    async fn borrowed(self: Pin<&mut Self>, text: &str) -> Result<usize, std::num::ParseIntError> {
        let number: usize = text.parse()?;
        Pause(false).await;
        Ok(number + self.0.len())
    }

    #[trace_memory(name = "the budget", budget(allocs = 9), stack_only)]
    fn limited(&self, number: usize) -> usize {
        let double = |number: usize| number * 2;
        double(number) + self.0.len()
    }
}

#[trace_memory(values, allocator = none)]
mod shown {
    pub(super) fn shown(text: &str) -> usize {
        let length = text.len();
        length
    }

    #[trace_memory(locals = none)]
    pub(super) fn hidden(text: &str) -> usize {
        let length = text.len();
        length
    }
}

#[trace_memory(locals = none)]
async fn forever() -> ! {
    loop {
        Pause(false).await;
    }
}

#[trace_memory(locals = none)]
async fn hidden(numbers: Vec<u32>) -> impl Iterator<Item = u32> {
    let more = async move { numbers.len() as u32 }.await;
    (0..more).map(|number| number * 2)
}

#[trace_memory(locals = none, stack_only)]
async fn on_the_stack(number: u32) -> u32 {
    Pause(false).await;
    number + 1
}

struct Pause(bool);

impl Future for Pause {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.0 {
            return Poll::Ready(());
        }
        self.0 = true;
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

struct Idle;

impl Wake for Idle {
    fn wake(self: Arc<Self>) {}
}

fn run<F: Future>(future: F) -> F::Output {
    let mut future = Box::pin(future);
    let waker = Waker::from(Arc::new(Idle));
    let mut context = Context::from_waker(&waker);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}

#[trace_memory(locals = none)]
fn main() {
    let mut text = String::from("a");
    let mut all = Vec::new();
    keeps(&mut text, &mut all);
    all[0].push('b');
    assert_eq!(text, "ab");
    assert_eq!(drops(Told("_"), Told("first"), (Told("second"), Told("rest")), Told("third")), 5);
    assert_eq!(tail("abc"), 3);
    assert_eq!(closures(&[text])("ab"), Some(0));
    assert_eq!(line(), line!());
    assert!(std::panic::catch_unwind(|| never(Err("no".into()))).is_err());
    println!("{:?} {:?}", boxed(2), boxed(4));
    // SAFETY: the pointer is of a number that lives.
    assert_eq!(unsafe { reads(&4) }, 4);
    assert_eq!((foreign(1), made(), made()), (2, 3, 3));
    assert_eq!(inside::product() + inside::product(), 12);
    assert_eq!(Told::new("x").twice(), "xx");
    assert_eq!(Told("y").into_name(), "y");
    let sent = Told("self").sent(Told("first"), Told("_"), (Told("second"), Told("third")), 2);
    assert_eq!(run(sent), 2);
    assert_eq!(run(Pin::new(&mut Told("z")).borrowed("4")), Ok(5));
    assert_eq!(Told("limited").limited(2), 11);
    assert_eq!(shown::shown("a") + shown::hidden("bc"), 3);
    drop(forever());
    assert_eq!(run(hidden(vec![1, 2])).sum::<u32>(), 2);
    assert_eq!(run(on_the_stack(1)), 2);
}
