#![deny(warnings)]
#![forbid(unsafe_code)]

use trace_memory::trace_memory;

use std::sync::mpsc;
use std::sync::{Arc, Mutex, RwLock};
use std::thread;

#[trace_memory]
fn spawned(list: Vec<u32>) -> u32 {
    let handle = thread::spawn(move || {
        let sum = list.iter().sum::<u32>();
        sum
    });
    handle.join().unwrap()
}

#[trace_memory]
fn scoped() -> Vec<u32> {
    let mut list = vec![1, 2, 3];
    let shared = String::from("abc");
    thread::scope(|scope| {
        for number in &mut list {
            let text = &shared;
            scope.spawn(move || *number += text.len() as u32);
        }
    });
    list
}

#[trace_memory]
fn channel() -> Vec<String> {
    let (sender, receiver) = mpsc::channel();
    let workers: Vec<_> = (0..3)
        .map(|number| {
            let sender = sender.clone();
            thread::spawn(move || {
                let text = number.to_string();
                sender.send(text).unwrap();
            })
        })
        .collect();
    drop(sender);
    for worker in workers {
        worker.join().unwrap();
    }
    let mut all: Vec<_> = receiver.into_iter().collect();
    all.sort();
    all
}

#[trace_memory]
fn locked(shared: Arc<Mutex<u32>>) -> u32 {
    {
        let mut number = shared.lock().unwrap();
        *number += 1;
    }
    let lock = RwLock::new(String::from("a"));
    lock.write().unwrap().push('b');
    let length = lock.read().unwrap().len();
    let guard = shared.lock().unwrap();
    *guard + length as u32
}

#[trace_memory]
fn main() {
    assert_eq!(spawned(vec![1, 2]), 3);
    assert_eq!(scoped(), [4, 5, 6]);
    assert_eq!(channel(), ["0", "1", "2"]);
    assert_eq!(locked(Arc::new(Mutex::new(1))), 4);
}
