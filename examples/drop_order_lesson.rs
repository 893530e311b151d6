//! The functions of the chapter `docs/drop-order.md`, one for each rule of drop order.
//!
//! `cargo run --example drop_order_lesson scopes` runs one of them and prints its tree.
#![expect(unused_variables, reason = "the values are here to be dropped")]

use std::cell::RefCell;
use std::future::Future;
use std::mem;
use std::panic;
use std::pin::{Pin, pin};
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

use trace_memory::trace_memory;

// `main` is not traced, so it has no row: each function below is the root of its tree.
#[global_allocator]
static ALLOC: trace_memory::Alloc = trace_memory::Alloc::system();

fn main() {
    let name = std::env::args().nth(1).unwrap_or_default();
    let function = match name.as_str() {
        "scopes" => scopes,
        "fields" => fields,
        "moved" => moved,
        "conditional" => conditional,
        "partial" => partial,
        "shadowed" => shadowed,
        "reassigned" => reassigned,
        "field_assigned" => field_assigned,
        "by_hand" => by_hand,
        "statements" => statements,
        "locked" => locked,
        "extended" => extended,
        "tail" => tail,
        "left_by_pattern" => left_by_pattern,
        "left_by_break" => left_by_break,
        "captured" => captured,
        "early" => early,
        "unwinding" => unwinding,
        "awaited" => awaited,
        "cancelled" => cancelled,
        "own_drop" => own_drop,
        _ => panic!("the first argument names a function, not `{name}`"),
    };
    // One of them panics.
    _ = panic::catch_unwind(function);
}

/// Needs dropping, and takes a name so that it can be told from others of its kind.
struct Token(&'static str);

impl Drop for Token {
    fn drop(&mut self) {}
}

impl Token {
    fn is(&self, name: &str) -> bool {
        self.0 == name
    }

    fn text(&self) -> String {
        self.0.to_owned()
    }
}

fn token(name: &'static str) -> Token {
    Token(name)
}

#[trace_memory]
fn scopes() {
    let first = token("first");
    let second = token("second");
    {
        let inner = token("inner");
    }
    let third = token("third");
}

struct Pair {
    left: Box<u8>,
    right: Box<u16>,
}

fn pair() -> Pair {
    Pair { left: Box::new(1), right: Box::new(2) }
}

#[trace_memory]
fn fields() {
    let pair = Pair { right: Box::new(2), left: Box::new(1) };
    let list = [Box::new(3_u32), Box::new(4_u32)];
}

#[trace_memory]
fn moved() {
    let gift = token("gift");
    let kept = token("kept");
    receive(gift);
}

#[trace_memory]
fn receive(gift: Token) {}

#[trace_memory]
fn conditional() {
    give_if(true);
    give_if(false);
}

#[trace_memory]
fn give_if(give: bool) {
    let gift = token("gift");
    let kept = token("kept");
    if give {
        receive(gift);
    }
}

#[trace_memory]
fn partial() {
    let whole = pair();
    let Pair { left, right: _ } = whole;
}

#[trace_memory]
fn shadowed() {
    let value = Box::new(1_u8);
    let value = Box::new(2_u16);
}

#[trace_memory]
fn reassigned() {
    let mut value = token("old");
    let other = token("other");
    value = replacement();
}

#[trace_memory]
fn replacement() -> Token {
    token("new")
}

#[trace_memory]
fn field_assigned() {
    let mut whole = pair();
    whole.left = Box::new(3);
}

#[trace_memory]
fn by_hand() {
    let mut kept = Box::new(1_u8);
    let dropped = token("dropped");
    let forgotten = token("forgotten");
    drop(dropped);
    mem::forget(forgotten);
    let old = mem::replace(&mut kept, Box::new(2));
}

#[trace_memory]
fn statements() {
    let before = token("before");
    token("statement");
    let length = token("chain").text().trim().len();
    if token("condition").is("condition") {
        let inside = token("inside");
    }
}

#[trace_memory]
fn locked() {
    let lock = Mutex::new(1);
    match *lock.lock().unwrap() {
        0 => receive(token("zero")),
        1 => {
            let arm = token("arm");
            assert!(lock.try_lock().is_err());
        }
        _ => receive(token("many")),
    }
    let number = *lock.lock().unwrap();
    assert!(lock.try_lock().is_ok());
}

#[trace_memory]
fn extended() {
    let held = &token("extended");
    let same = token("not extended").is("extended");
    let last = token("last");
}

#[trace_memory]
fn tail() {
    let length = length();
}

#[trace_memory]
fn length() -> usize {
    let cell = RefCell::new(Box::new(7_u8));
    cell.borrow().leading_zeros() as usize
}

#[trace_memory]
fn left_by_pattern() {
    let (left, _) = (token("left"), token("right"));
    let _ = token("nobody's");
    let _held = token("_held");
    let last = token("last");
}

#[trace_memory]
fn left_by_break() {
    for token in [token("first"), token("second"), token("third")] {
        if token.is("second") {
            break;
        }
    }
    let after = token("after");
}

#[trace_memory]
fn captured() {
    let owned = token("owned");
    let lent = token("lent");
    let lender = || {
        let inside = token("inside");
        lent.is("lent")
    };
    let same = lender();
    let keeper = move || owned.is("owned");
    let last = token("last");
}

#[trace_memory]
fn early() {
    let error = parse("seven").is_err();
}

#[trace_memory]
fn parse(text: &str) -> Result<u8, std::num::ParseIntError> {
    let before = token("before");
    let number = text.parse()?;
    let after = token("after");
    Ok(number)
}

#[trace_memory]
fn unwinding() {
    let outer = token("outer");
    fails();
    let never = token("never");
}

#[trace_memory]
fn fails() {
    let inner = token("inner");
    // Unwinds as `panic!` does, without its message.
    panic::resume_unwind(Box::new(()));
}

/// Pending once, then ready.
struct Pause(bool);

impl Future for Pause {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if mem::replace(&mut self.0, true) { Poll::Ready(()) } else { Poll::Pending }
    }
}

/// Polls `future`, at most `times` times.
fn poll(future: impl Future<Output = ()>, times: u8) {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..times {
        if future.as_mut().poll(&mut context).is_ready() {
            break;
        }
    }
}

#[trace_memory]
async fn task(input: Token) {
    let before = token("before");
    Pause(false).await;
    let after = token("after");
}

#[trace_memory]
fn awaited() {
    poll(task(token("input")), 2);
}

#[trace_memory]
fn cancelled() {
    poll(task(token("input")), 1);
}

struct Logged(Box<u8>);

impl Drop for Logged {
    #[trace_memory]
    fn drop(&mut self) {
        let report = self.0.to_string();
    }
}

#[trace_memory]
fn own_drop() {
    let logged = Logged(Box::new(7));
    let last = token("last");
}
