//! Who is dropped, when and why. Every value here says its name when it is dropped: the name of the
//! local that holds it then (`pair.left` where it is a field). The trace must say the same, in the
//! same order.
//!
//! `cargo run --example drop_order` prints both: the program's own log on stdout, the tree on stderr.
#![expect(clippy::print_stdout, reason = "the log is what the example is about")]

use std::panic;

use trace_memory::trace_memory;

/// Says its name when it is dropped.
struct Noisy(&'static str);

impl Drop for Noisy {
    fn drop(&mut self) {
        println!("drop {}", self.0);
    }
}

#[trace_memory]
fn main() {
    locals();
    fields();
    moved(true);
    moved(false);
    partly_moved();
    shadowed();
    replaced();
    println!("question mark: {:?}", question_mark("not a number"));
    looped();
    unwound();
}

/// Locals go in reverse order of their declaration.
#[trace_memory]
fn locals() {
    let _first = Noisy("_first");
    let _second = Noisy("_second");
    {
        let _inner = Noisy("_inner");
    }
    let _third = Noisy("_third");
}

struct Pair {
    left: Noisy,
    right: Noisy,
}

/// A struct's fields go with it, in order of their declaration.
#[trace_memory]
fn fields() {
    let pair = Pair { left: Noisy("pair.left"), right: Noisy("pair.right") };
    println!("{} {}", pair.left.0, pair.right.0);
}

/// A value that moved is dropped where it went; its old place drops nothing.
#[trace_memory]
fn moved(give_away: bool) {
    let gift = Noisy("gift");
    let kept = Noisy("kept");
    if give_away {
        receive(gift);
    }
    drop(kept);
    println!("given away: {give_away}");
}

#[trace_memory]
fn receive(gift: Noisy) {
    println!("received {}", gift.0);
}

/// Of a value that moved in part, the rest is dropped.
#[trace_memory]
fn partly_moved() {
    let pair = Pair { left: Noisy("left"), right: Noisy("pair.right") };
    let Pair { left, right: _ } = pair;
    println!("took {}", left.0);
}

/// A shadowed local lives on, unseen, until its scope ends.
#[trace_memory]
fn shadowed() {
    let value = Noisy("value");
    println!("first {}", value.0);
    let value = Noisy("value");
    println!("second {}", value.0);
}

/// Assigning drops the old value, after the new one is there.
#[trace_memory]
fn replaced() {
    let mut value = Noisy("value");
    println!("old {}", value.0);
    value = Noisy("value");
    println!("new {}", value.0);
}

/// `?` leaves early: what is there by then is dropped, the rest never was.
#[trace_memory]
fn question_mark(text: &str) -> Result<i32, std::num::ParseIntError> {
    let _before = Noisy("_before");
    let number = text.parse::<i32>()?;
    let _after = Noisy("_after");
    Ok(number)
}

/// Each turn of a loop has locals of its own; `break` ends them too.
#[trace_memory]
fn looped() {
    for item in [Noisy("item"), Noisy("item")] {
        println!("visiting {}", item.0);
    }
    for turn in 0..3 {
        let copy = Noisy("copy");
        if turn == 1 {
            println!("leaving with {}", copy.0);
            break;
        }
    }
}

/// A panic drops every local on its way out.
#[trace_memory]
fn unwound() {
    let failed = panic::catch_unwind(|| {
        let _outer = Noisy("_outer");
        fails();
    })
    .is_err();
    println!("caught: {failed}");
}

#[trace_memory]
fn fails() {
    let _local = Noisy("_local");
    // `resume_unwind` unwinds without the message and the backtrace of `panic!`.
    panic::resume_unwind(Box::new("on purpose"));
}
