//! Where a panic happens, what is dropped on its way, and how the program ends.

use std::panic::{self, AssertUnwindSafe, Location};

use trace_memory::trace_memory;

struct Noisy(&'static str);

impl Drop for Noisy {
    fn drop(&mut self) {
        println!("drop {}", self.0);
    }
}

#[trace_memory]
fn index(list: Vec<u8>, at: usize) -> u8 {
    let _local = Noisy("index");
    list[at]
}

#[trace_memory]
fn overflow(number: u8) -> u8 {
    number + 200
}

#[trace_memory]
fn unwrapped(text: Option<String>) -> String {
    let _local = Noisy("unwrapped");
    text.map(|text| text + "!").unwrap()
}

#[trace_memory]
fn expected(text: &str) -> u32 {
    let number: u32 = text.trim().parse().expect("a number");
    number
}

#[trace_memory]
fn asserted(left: String, right: String) {
    assert_eq!(left, right, "they differ by {}", left.len() - right.len());
}

#[trace_memory]
#[track_caller]
fn before(text: String) -> String {
    format!("{text} {}", Location::caller())
}

#[track_caller]
#[trace_memory]
fn behind(text: Option<String>) -> String {
    text.unwrap()
}

struct Receiver(String);

impl Receiver {
    #[track_caller]
    #[trace_memory]
    fn consumed(self) -> String {
        self.0 + &Location::caller().to_string()
    }

    #[trace_memory]
    #[track_caller]
    fn borrowed(&self) -> &'static Location<'static> {
        Location::caller()
    }
}

#[trace_memory]
fn in_a_drop() {
    struct Failing;
    impl Drop for Failing {
        #[trace_memory]
        fn drop(&mut self) {
            let _local = Noisy("in the drop");
            panic!("from a drop");
        }
    }
    let _first = Noisy("first");
    let _failing = Failing;
    let _last = Noisy("last");
}

fn caught(what: impl FnOnce()) {
    let caught = panic::catch_unwind(AssertUnwindSafe(what));
    println!("{}", caught.is_err());
}

#[trace_memory]
fn main() {
    panic::set_hook(Box::new(|info| println!("{info}")));
    caught(|| _ = index(vec![1], 1));
    caught(|| _ = overflow(100));
    caught(|| _ = unwrapped(None));
    caught(|| _ = expected(" x "));
    caught(|| asserted(String::from("aa"), String::from("b")));
    caught(|| println!("{}", before(String::from("before"))));
    caught(|| println!("{}", behind(None)));
    caught(|| println!("{}", Receiver(String::from("consumed ")).consumed()));
    caught(|| println!("{}", Receiver(String::new()).borrowed()));
    caught(in_a_drop);
    drop(panic::take_hook());
    let _local = Noisy("of main");
    unwrapped(Some(String::from("well")));
    unwrapped(None);
}
