//! Threads with and without names, blocks that change hands, and panics that end frames.

use std::panic;
use std::sync::mpsc;
use std::thread;

use trace_memory::trace_memory;

#[trace_memory]
fn main() {
    let (sender, receiver) = mpsc::channel();
    let worker = thread::Builder::new().name(String::from("worker \"1\"")).spawn(move || work(&receiver));
    let text = String::from("made here, freed there");
    let length = text.len();
    sender.send(text).expect("the worker waits");
    let taken = worker.expect("threads can be started").join();
    assert_eq!(taken.ok(), Some(length));
    let made = thread::spawn(make).join().expect("the thread ends well");
    assert_eq!(made.len(), 3);
    let failed = panic::catch_unwind(outer);
    assert!(failed.is_err());
}

#[trace_memory]
fn work(receiver: &mpsc::Receiver<String>) -> usize {
    let text = receiver.recv().unwrap_or_default();
    text.len()
}

#[trace_memory]
fn make() -> Vec<String> {
    let list: Vec<_> = (0..3).map(|number: u32| number.to_string()).collect();
    list
}

#[trace_memory]
fn outer() {
    let _kept = String::from("dropped while unwinding");
    inner(3);
}

#[trace_memory]
fn inner(depth: u32) {
    let _text = depth.to_string();
    if depth == 0 {
        // Without the message and the backtrace of `panic!`.
        panic::resume_unwind(Box::new("on purpose"));
    }
    inner(depth - 1);
}
