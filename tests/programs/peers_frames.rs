//! Frames, threads, places and heap blocks that a tracer gets wrong which counts, guesses, or looks at its
//! own thread only.

use std::mem;
use std::thread;

use trace_memory::trace_memory;

static TABLE: [u8; 4] = [1, 2, 3, 4];
const LIMITS: [u8; 3] = [1, 2, 3];

#[trace_memory]
fn main() {
    grows();
    by_value(vec![0; 100]);
    Owner(String::from("owner")).consumed();
    let counted = lengths(vec![String::from("a")], (String::from("left"), String::from("right"))).count();
    assert_eq!(counted, 1);
    in_threads();
    recursive(3);
    assert!(early(0).is_none() && early(1).is_none() && early(2).is_some());
    tail();
    shadowed();
    copied();
    places();
    forgotten();
    parts();
}

/// A block that grows six times.
#[trace_memory]
fn grows() {
    let mut list = Vec::with_capacity(1);
    for number in 0..65_u64 {
        list.push(number);
    }
}

/// A parameter's block is freed inside the frame: a guard that is a local is dropped before it.
#[trace_memory]
fn by_value(list: Vec<u8>) {
    let _ = list.len();
}

struct Owner(String);

impl Owner {
    /// A receiver by value, of a type that is not `Copy`.
    #[trace_memory]
    fn consumed(self) {
        let _ = self.0.len();
    }
}

/// A tuple pattern, and a type that cannot be written.
#[trace_memory]
fn lengths(list: Vec<String>, (left, _right): (String, String)) -> impl Iterator<Item = usize> {
    let extra = left.len();
    list.into_iter().map(move |text| text.len() + extra)
}

/// What other threads allocate, and two of them in one function at once.
#[trace_memory]
fn in_threads() {
    thread::scope(|scope| {
        scope.spawn(|| work(1000));
        scope.spawn(|| work(2000));
    });
}

#[trace_memory]
fn work(bytes: usize) {
    let block = vec![0_u8; bytes];
    let _ = block.len();
}

#[trace_memory]
fn recursive(depth: u8) -> String {
    let text = depth.to_string();
    if depth == 0 { text } else { recursive(depth - 1) + &text }
}

/// Leaves by `return`, by `?`, and at its end.
#[trace_memory]
fn early(way: u8) -> Option<u8> {
    let _text = String::from("early");
    if way == 0 {
        return None;
    }
    let left = way.checked_sub(2)?;
    Some(left)
}

/// The tail's call runs before the locals are dropped.
#[trace_memory]
fn tail() -> usize {
    let text = String::from("tail");
    length(&text)
}

#[trace_memory]
fn length(text: &str) -> usize {
    text.len()
}

#[trace_memory]
#[expect(clippy::shadow_unrelated, reason = "two locals of one name are what is tested")]
fn shadowed() {
    let name = String::from("first");
    let _ = name.len();
    let name = String::from("second");
    let _ = name.len();
}

#[trace_memory]
fn copied() -> u8 {
    let first = 1;
    let second = first;
    first + second
}

/// Values that live in the frame, in the image, and on the heap; two that look like the last, and do not.
#[trace_memory]
fn places() {
    let array = [0_u8; 16];
    let to_static = &TABLE;
    let to_const = &LIMITS;
    let literal = "literal";
    let empty: Vec<u8> = Vec::new();
    let roomy: Vec<u8> = Vec::with_capacity(8);
    let _ = (array.len(), to_static.len(), to_const.len(), literal.len(), empty.len(), roomy.len());
}

#[trace_memory]
fn forgotten() {
    let text = String::from("forgotten");
    mem::forget(text);
}

/// Owns nothing, and has a frame when it is dropped.
struct Part(u64);

impl Drop for Part {
    #[trace_memory]
    fn drop(&mut self) {
        self.0 = 0;
    }
}

/// Values in places of every kind: an element of a vector and of an array, a box, a field, a whole local.
#[trace_memory]
fn parts() {
    let whole = Part(1);
    let pair = (Part(2), Part(3));
    let boxed = Box::new(Part(4));
    let array = [Part(5), Part(6)];
    let list = vec![Part(7), Part(8)];
    let _ = (whole.0, pair.0.0, boxed.0, array.len(), list.len());
}
